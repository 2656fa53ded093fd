public import Foundation

/// What one attempt at one address came to. Expected failures are values: a provider never throws.
///
/// Errors before the first byte left are `retry`. A timeout or a reset after the body was sent is `unknown`, as are 500,
/// 502 and 504 unless the provider documents that it did not take the message.
public enum DeliveryOutcome: Sendable, Hashable {
    /// The provider took it.
    case accepted(providerMessageId: String?)
    /// Not sent; the same request may work later. `after` is the provider's own wish; without one, backoff decides.
    case retry(after: Duration?, DeliveryFailure)
    /// This request will never work. The recipient is not to blame.
    case rejected(DeliveryFailure)
    /// This address is dead: the device is removed, or the address suppressed. `since` is when the provider learnt of it,
    /// where it says so: a device that was registered later is alive.
    case invalidRecipient(DeliveryFailure, since: Date? = nil)
    /// Told to slow down. Spends no attempt.
    case throttled(after: Duration, DeliveryFailure)
    /// Our credentials or configuration are wrong. Spends no attempt.
    case authentication(DeliveryFailure)
    /// The provider may or may not have it. Spends an attempt.
    case unknown(DeliveryFailure)

    /// The word for logs, metrics and the event log.
    public var name: String {
        switch self {
        case .accepted: "accepted"
        case .retry: "retry"
        case .rejected: "rejected"
        case .invalidRecipient: "invalidRecipient"
        case .throttled: "throttled"
        case .authentication: "authentication"
        case .unknown: "unknown"
        }
    }

    public var failure: DeliveryFailure? {
        switch self {
        case .accepted: nil
        case .retry(_, let failure), .rejected(let failure), .invalidRecipient(let failure, _),
            .throttled(_, let failure), .authentication(let failure), .unknown(let failure):
            failure
        }
    }
}
