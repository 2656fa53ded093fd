public import Notifications

/// What a key is to be.
public struct KeyTerms: Sendable, Hashable {
    /// What it is for.
    public var name: String
    /// None that the key lacks which makes it.
    public var scopes: Set<Scope>
    /// Whether what is sent with it goes to the simulator, whatever its channels; nil as with the key that makes it.
    public var isTest: Bool?
    /// Requests a second in each process; 0 is no limit, nil leaves it to the server.
    public var rate: Int?
    /// How long it is good, up to ten years; nil for ever.
    public var lifetime: Duration?

    public init(
        name: String, scopes: Set<Scope>, isTest: Bool? = nil, rate: Int? = nil, lifetime: Duration? = nil
    ) {
        self.name = name
        self.scopes = scopes
        self.isTest = isTest
        self.rate = rate
        self.lifetime = lifetime
    }

    var json: JSON {
        [
            "name": .string(name),
            "scopes": .array(Scope.allCases.filter(scopes.contains).map { .string($0.rawValue) }),
            "environment": JSON(isTest.map { $0 ? "test" : "live" }), "rate": rate.map { JSON($0) } ?? .null,
            "expiresIn": JSON(lifetime?.shorthand),
        ]
    }
}
