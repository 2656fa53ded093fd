public import Notifications

/// A circuit that opened or closed.
public struct CircuitChange: Sendable, Hashable {
    public enum Word: String, Sendable, Hashable {
        case opened
        /// The probe failed.
        case reopened
        case closed
    }

    public var route: Route
    public var provider: String
    /// Whose it is; nil for the provider's own.
    public var endpoint: String?
    public var word: Word
    /// Of `calls`.
    public var failed: Int
    public var calls: Int
    /// Until somebody may probe it.
    public var coolDown: Duration

    public init(
        route: Route, provider: String, endpoint: String? = nil, word: Word, failed: Int, calls: Int, coolDown: Duration
    ) {
        self.route = route
        self.provider = provider
        self.endpoint = endpoint
        self.word = word
        self.failed = failed
        self.calls = calls
        self.coolDown = coolDown
    }
}
