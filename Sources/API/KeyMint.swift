public import Documents
public import Foundation
public import Notifications

/// What a key is to be.
public struct KeyOrder: Sendable, Hashable {
    public var tenant: String
    /// What it is for.
    public var name: String
    public var scopes: Set<Scope>
    /// Whether what is sent with it goes to the simulator, whatever its channels.
    public var isTest: Bool
    /// Requests a second in each process; 0 is no limit, nil leaves it to the process.
    public var rate: Int?
    public var expiresAt: Date?

    public init(
        tenant: String, name: String, scopes: Set<Scope> = Set(Scope.allCases), isTest: Bool = false,
        rate: Int? = nil, expiresAt: Date? = nil
    ) {
        self.tenant = tenant
        self.name = name
        self.scopes = scopes
        self.isTest = isTest
        self.rate = rate
        self.expiresAt = expiresAt
    }

    public static let rates = 0...1_000_000
}

/// Makes API keys. The key itself is shown once and never stored.
public struct KeyMint: Sendable {
    public let keys: KeyStore
    public let now: @Sendable () -> Date

    /// - Parameter now: the time of Postgres.
    public init(keys: KeyStore, now: @escaping @Sendable () -> Date) {
        self.keys = keys
        self.now = now
    }

    public func make(_ order: KeyOrder) async throws -> APIKey {
        let key = APIKey.generate(order.isTest ? .test : .live)
        try await keys.insert(
            KeyStore.StoredKey(
                id: key.id, tenant: order.tenant, name: order.name, secretHash: key.hash, scopes: order.scopes,
                isTest: order.isTest, rate: order.rate, createdAt: now(), expiresAt: order.expiresAt))
        return key
    }

    /// A new key in the place of an old one, which stays good for `overlap`; nil when that has ended, or was replaced by
    /// one that is still good.
    /// - Parameter end: when the new one ends, if not before.
    public func rotate(_ old: KeyStore.StoredKey, overlap: Duration, until end: Date? = nil) async throws -> APIKey? {
        let key = APIKey.generate(old.isTest ? .test : .live)
        let isDone = try await keys.rotate(old.id, to: key.id, secretHash: key.hash, overlap: overlap, until: end)
        return isDone ? key : nil
    }
}
