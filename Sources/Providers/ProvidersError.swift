/// What is wrong with the settings of the providers. Nothing here says what a secret is.
public enum ProvidersError: Error, Sendable, Hashable {
    case unknownProvider(String, known: [String])
    /// The provider does not send on this route.
    case unsuitableRoute(provider: String, route: String)
    /// The provider is assigned, its settings are missing.
    case notConfigured(provider: String)
    /// `position` counts from 1.
    case invalidSecret(position: Int, problem: String)
    /// What its receipts are to be verified with is no key.
    case invalidReceiptKey(provider: String, problem: String)
    /// What is set for this provider cannot be used.
    case invalidSetting(provider: String, problem: String)
    case invalidSimulator(part: String, problem: String)
    case journalUnavailable(path: String)
}

extension ProvidersError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unknownProvider(let name, let known):
            "There is no provider \"\(name)\"; known are \(known.sorted().joined(separator: ", "))."
        case .unsuitableRoute(let provider, let route): "The provider \"\(provider)\" does not send on \(route)."
        case .notConfigured(let provider): "The provider \"\(provider)\" is assigned but not configured."
        case .invalidSecret(let position, let problem): "Webhook secret \(position) \(problem)."
        case .invalidReceiptKey(let provider, let problem): "The key of receipts from \(provider) \(problem)."
        case .invalidSetting(let provider, let problem): "For the provider \"\(provider)\" \(problem)."
        case .invalidSimulator(let part, let problem): "The simulator's \"\(part)\" \(problem)."
        case .journalUnavailable(let path): "The simulator's journal \(path) cannot be opened."
        }
    }
}
