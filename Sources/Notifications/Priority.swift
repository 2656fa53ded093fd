/// Which waiting delivery goes first. A lower one is never starved: it gets about one grant in sixteen.
///
/// The raw value is what Postgres and Redis store; 0 goes first.
public enum Priority: Int, Sendable, Hashable, CaseIterable {
    case critical = 0
    case high, medium, low

    public var name: String { "\(self)" }

    public init?(name: String) {
        guard let priority = Priority.allCases.first(where: { $0.name == name }) else { return nil }
        self = priority
    }
}
