import Foundation
import Notifications
import Outbound

/// What FCM's answer means for a delivery: its own error code decides, then the status's name, then the number.
///
/// A device is given up only where FCM says that its token is no good, never for a bare 400 or 404: those are also what a
/// mistake in the message or a wrong project comes to.
///
/// **Source:** FCM, "ErrorCode", "Error codes", "Best practices when sending FCM messages at scale".
struct FCMVerdict {
    /// What FCM asks for at least before anything is tried again.
    static let shortestRetry: Duration = .seconds(10)

    var response: OutboundResponse
    /// Of the attempt, from 1.
    var number: Int
    var now: Date

    /// Whether a new access token may help.
    var isTokenRefused: Bool { response.status == 401 && errorCode == nil }

    var outcome: DeliveryOutcome {
        if response.status == 200 {
            return .accepted(providerMessageId: json?["name"]?.string.flatMap { $0.utf8.count <= 512 ? $0 : nil })
        }
        let word = errorCode ?? error?["status"]?.string.flatMap { FCMVerdict.known.contains($0) ? $0 : nil }
        let failure = DeliveryFailure(
            code: word ?? "\(response.status)",
            detail: "FCM answered \(response.status)\(word.map { " \($0)" } ?? "").")
        return switch (word, response.status) {
        case ("UNREGISTERED", _), ("SENDER_ID_MISMATCH", _): .invalidRecipient(failure)
        case ("INVALID_ARGUMENT", _): isAboutToken ? .invalidRecipient(failure) : .rejected(failure)
        case ("THIRD_PARTY_AUTH_ERROR", _), ("APNS_AUTH_ERROR", _), (_, 401), (_, 403): .authentication(failure)
        case ("QUOTA_EXCEEDED", _), ("RESOURCE_EXHAUSTED", _), (_, 429):
            .throttled(after: retryAfter ?? DeliveryOutcome.defaultThrottle, failure)
        case (_, 500...): .retry(after: wait, failure)
        case (_, 200..<300): .accepted(providerMessageId: nil)
        case (_, 408): .retry(after: wait, failure)
        default: .rejected(failure)
        }
    }

    private static let known: Set = [
        "INVALID_ARGUMENT", "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND", "RESOURCE_EXHAUSTED", "INTERNAL",
        "UNAVAILABLE",
    ]
    private static let codes: Set = [
        "UNREGISTERED", "SENDER_ID_MISMATCH", "INVALID_ARGUMENT", "QUOTA_EXCEEDED", "THIRD_PARTY_AUTH_ERROR",
        "APNS_AUTH_ERROR", "UNAVAILABLE", "INTERNAL",
    ]

    /// Nil for what is no JSON, as the pages of Google's front ends are.
    private var json: JSON? { response.isTruncated ? nil : try? JSON(parsing: response.body) }
    private var error: JSON? { json?["error"] }
    private var details: [JSON] { error?["details"]?.array ?? [] }

    private var errorCode: String? {
        details.lazy.compactMap { $0["errorCode"]?.string }.first { FCMVerdict.codes.contains($0) }
    }

    private var isAboutToken: Bool {
        let fields = details.flatMap { $0["fieldViolations"]?.array ?? [] }.compactMap { $0["field"]?.string }
        return fields.contains("message.token")
            || error?["message"]?.string?.contains("not a valid FCM registration token") == true
    }

    private var retryAfter: Duration? {
        RetryAfter.parse(response.headers, at: now).map { max($0, FCMVerdict.shortestRetry) }
    }

    /// Twice as long each time and never alike, as FCM asks; ours would begin below its shortest.
    private var wait: Duration {
        retryAfter ?? FCMVerdict.shortestRetry * (1 << min(number - 1, 6)) * Double.random(in: 1...2)
    }
}
