import API
import Documents
import Foundation
import Notifications

/// Makes API keys. The key itself is shown once and never stored.
struct KeyMint {
    static let defaultTenant = "default"

    let context: ProcessContext

    func make(
        tenant: String = defaultTenant, name: String, scopes: Set<Scope> = Set(Scope.allCases),
        rate: Int? = nil, expiresAt: Date? = nil
    ) async throws -> APIKey {
        let key = APIKey.generate()
        try await KeyStore(pool: context.pool).insert(
            KeyStore.StoredKey(
                id: key.id, tenant: tenant, name: name, secretHash: key.hash, scopes: scopes, rate: rate,
                createdAt: context.clock.now, expiresAt: expiresAt))
        return key
    }

    /// The key of earlier runs, if this database still knows it, else a new one.
    func keptKey(in folder: DataFolder) async throws -> String {
        let text = try await folder.secret("api-key") { try await make(name: "belfry up").text }
        if let key = APIKey(text), let stored = try await KeyStore(pool: context.pool).key(key.id),
            stored.isValid(at: context.clock.now)
        {
            return text
        }
        let key = try await make(name: "belfry up")
        try folder.keep(key.text, as: "api-key")
        return key.text
    }
}
