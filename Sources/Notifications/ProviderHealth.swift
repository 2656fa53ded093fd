/// What an attempt says about the provider, whatever became of the message.
public enum ProviderHealth: Sendable, Hashable {
    /// It works.
    case well
    /// It does not, or cannot be reached.
    case failing
    /// It does not let us in: nothing will change until somebody mends our credentials.
    case refusing
}

extension DeliveryOutcome {
    /// Nil where nothing was learnt: a provider that tells us to slow down says by itself for how long.
    public var providerHealth: ProviderHealth? {
        switch self {
        case .accepted, .rejected, .invalidRecipient: .well
        case .retry, .unknown: .failing
        case .authentication: .refusing
        case .throttled: nil
        }
    }
}
