import Foundation
import HTTPTypes
import Notifications
import Outbound

/// What APNs' answer means for a delivery.
///
/// **Source:** Apple, "Handling notification responses from APNs".
struct APNSVerdict {
    /// Until a key that was used to make tokens too often is good again.
    static let tokenUpdateWait: Duration = .seconds(5 * 60)

    var response: OutboundResponse
    /// Whether the device said which of the two environments its token is of: a token of the other one looks like a bad one.
    var isEnvironmentKnown: Bool
    var now: Date

    /// Whether a new provider token may help.
    var isTokenExpired: Bool { reason == "ExpiredProviderToken" }

    var outcome: DeliveryOutcome {
        if response.status == 200 {
            return .accepted(providerMessageId: APNSVerdict.id.flatMap { response.headers[$0] })
        }
        let failure = DeliveryFailure(
            code: reason ?? "\(response.status)",
            detail: "APNs answered \(response.status)\(reason.map { " \($0)" } ?? "").")
        return switch (reason, response.status) {
        case ("BadDeviceToken", _): isEnvironmentKnown ? .invalidRecipient(failure) : .rejected(failure)
        case ("DeviceTokenNotForTopic", _): .invalidRecipient(failure)
        case (_, 410): .invalidRecipient(failure, since: unregisteredAt)
        case ("MissingTopic", _), ("TopicDisallowed", _), (_, 403): .authentication(failure)
        case ("IdleTimeout", _): .retry(after: nil, failure)
        case ("TooManyProviderTokenUpdates", _): .throttled(after: APNSVerdict.tokenUpdateWait, failure)
        case (_, 429): .throttled(after: retryAfter ?? DeliveryOutcome.defaultThrottle, failure)
        case (_, 500...): .retry(after: retryAfter, failure)
        case (_, 200..<300): .accepted(providerMessageId: nil)
        default: .rejected(failure)
        }
    }

    private static let id = HTTPField.Name("apns-id")

    private var json: JSON? { response.isTruncated ? nil : try? JSON(parsing: response.body) }

    /// Apple's own word; what looks like none is not repeated.
    private var reason: String? {
        json?["reason"]?.string.flatMap { $0.wholeMatch(of: /[A-Za-z]{1,64}/) == nil ? nil : $0 }
    }

    /// When APNs learned that the app is gone from the device: whoever registered later is not meant.
    private var unregisteredAt: Date? {
        json?["timestamp"]?.int.map { Date(timeIntervalSince1970: Double($0) / 1000) }
    }

    private var retryAfter: Duration? { RetryAfter.parse(response.headers, at: now) }
}
