import Documents
import Foundation
import HTTPTypes
import Notifications

/// Whoever sent a request.
struct Caller: Sendable, Hashable {
    var keyId: String
    /// Comes from the key and from nowhere else.
    var tenant: String
    /// Requests a second; nil is what the server gives to all.
    var rate: Int?

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
        guard let key = Authenticator.bearer(headers).flatMap(APIKey.init), let stored = try await stored(key.id),
            Authenticator.isEqual(stored.secretHash, key.hash)
        else { throw Problem.unauthorized }
        guard stored.scopes.contains(scope) else { throw Problem.missingScope(scope) }
        return Caller(keyId: stored.id, tenant: stored.tenant, rate: stored.rate)
    }

    /// Whether a caller that was let in would be let in again.
    func isStillGood(_ caller: Caller) async throws -> Bool {
        try await stored(caller.keyId) != nil
    }

    /// The key of this id, if it is valid.
    private func stored(_ id: String) async throws -> KeyStore.StoredKey? {
        let key = try await good.value(of: id) {
            try await keys.key(id).flatMap { $0.isValid(at: now()) ? $0 : nil }
        }
        return key.flatMap { $0.isValid(at: now()) ? $0 : nil }
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
