import Notifications

extension DeliveryOutcome {
    /// Its name, its wait in seconds and its code: `throttled 60 slow_down`, `retry - internal_error`, `accepted`.
    var summary: String {
        switch self {
        case .accepted: name
        case .retry(let after, let failure):
            "\(name) \(after.map { "\($0.components.seconds)" } ?? "-") \(failure.code)"
        case .throttled(let after, let failure): "\(name) \(after.components.seconds) \(failure.code)"
        case .rejected(let failure), .invalidRecipient(let failure, _), .authentication(let failure),
            .unknown(let failure):
            "\(name) \(failure.code)"
        }
    }
}
