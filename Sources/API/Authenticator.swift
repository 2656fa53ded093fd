import Documents
import Foundation
import HTTPTypes
import Notifications

/// Whoever sent a request.
struct Caller: Sendable, Hashable {
    var keyId: String
    /// Comes from the key and from nowhere else.
    var tenant: String
    /// What the key may do.
    var scopes: Set<Scope> = []
    /// Whether what it sends goes to the simulator.
    var isTest = false
    /// Requests a second; nil is what the server gives to all.
    var rate: Int?
    /// When the key ends; nil for never.
    var expiresAt: Date?

    /// Of routes that need no key.
    static let nobody = Caller(keyId: "", tenant: "")
}

/// Tells callers by their keys. A key that was good stays so for a short while without asking the database.
struct Authenticator: Sendable {
    private let keys: KeyStore
    private let good: LookupCache<String, KeyStore.StoredKey>
    private let now: @Sendable () -> Date

    /// - Parameter lifetime: how long a key is trusted before it is looked up again.
    init(
        keys: KeyStore, lifetime: Duration, metrics: LookupMetrics = LookupMetrics(),
        now: @escaping @Sendable () -> Date
    ) {
        self.keys = keys
        // A key that is revoked may work for its lifetime, also while Redis is away.
        good = LookupCache(.keys, lifetime: lifetime, needsNews: false, metrics: metrics) { $0.key }
        self.now = now
    }

    /// To be told which keys are not as they were.
    var cache: any StaleListener { good }

    /// Throws 401 without a valid key, 403 for one that lacks the scope.
    func caller(_ headers: HTTPFields, for scope: Scope?) async throws -> Caller {
        guard let scope else { return .nobody }
        guard let key = Authenticator.bearer(headers).flatMap(APIKey.init),
            let (stored, isNews) = try await look(for: key.id), Authenticator.isEqual(stored.secretHash, key.hash)
        else { throw Problem.unauthorized }
        if isNews { await noteUse(of: stored) }
        guard stored.scopes.contains(scope) else { throw Problem.missingScope(scope) }
        return Caller(
            keyId: stored.id, tenant: stored.tenant, scopes: stored.scopes, isTest: stored.isTest, rate: stored.rate,
            expiresAt: stored.expiresAt)
    }

    /// Whether a caller that was let in would be let in again.
    func isStillGood(_ caller: Caller) async throws -> Bool {
        try await look(for: caller.keyId) != nil
    }

    /// The key of this id, if it is valid, and whether the database was asked for it.
    private func look(for id: String) async throws -> (key: KeyStore.StoredKey, isNews: Bool)? {
        var isNews = false
        let key = try await good.value(of: id) {
            isNews = true
            return try await keys.key(id).flatMap { $0.isValid(at: now()) ? $0 : nil }
        }
        guard let key, key.isValid(at: now()) else { return nil }
        return (key, isNews)
    }

    /// Keeps that a key is used, where what was just read of it says nothing of late: so it costs a trusted key nothing.
    /// Whoever asks is not refused when it cannot be kept.
    private func noteUse(of key: KeyStore.StoredKey) async {
        let age = key.lastUsedAt.map { now().timeIntervalSince($0) } ?? .infinity
        if age >= KeyStore.useResolution.timeInterval { try? await keys.noteUse(of: key.id) }
    }

    private static func bearer(_ headers: HTTPFields) -> String? {
        let words = headers[.authorization]?.split(separator: " ") ?? []
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return String(words[1])
    }

    /// Takes equally long wherever the two differ.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
