import Foundation
import HTTPTypes
import Notifications
import Outbound

/// What a push service's answer means for a delivery.
///
/// Its own servers stand in front of its queue: a 5xx says that the message did not get there.
///
/// **Source:** RFC 8030 §5, §7.3; Mozilla autopush, "Error codes"; 406 is how Windows throttles.
enum WebPushVerdict {
    static func outcome(of response: OutboundResponse, at now: Date) -> DeliveryOutcome {
        let status = response.status
        func failure(_ code: String) -> DeliveryFailure {
            DeliveryFailure(code: code, detail: "The push service answered \(status).")
        }
        let retryAfter = RetryAfter.parse(response.headers, at: now)
        return switch status {
        case 401, 403: .authentication(failure("unauthorized"))
        case 404, 410: .invalidRecipient(failure("gone"))
        case 406: .throttled(after: retryAfter ?? DeliveryOutcome.defaultThrottle, failure("throttled"))
        case 413: .rejected(failure("tooLarge"))
        case 500, 502, 503: .retry(after: retryAfter, failure("unavailable"))
        case 200..<300: .accepted(providerMessageId: response.headers[.location].flatMap(messageId))
        default: DeliveryOutcome(response: response, at: now)
        }
    }

    /// The message's URL is a secret of ours: whoever has it may delete the message. Its last part names it.
    private static func messageId(_ location: String) -> String? {
        let name = location.split(separator: "/").last.map { String($0) }
        return name.flatMap { $0.utf8.count <= 256 ? $0 : nil }
    }
}
