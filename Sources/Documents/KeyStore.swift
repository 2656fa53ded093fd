public import Foundation
public import Notifications
public import Postgres

/// API keys as stored: never the secret, only its hash.
public struct KeyStore: Sendable {
    private let pool: PostgresPool
    /// Told after the commit which keys are not as they were.
    public var onChange: @Sendable ([StaleEntry]) async -> Void = { _ in }

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func insert(_ key: StoredKey) async throws {
        try await pool.query(
            """
            INSERT INTO api_keys (id, tenant, name, secret_hash, scopes, test, rate, created_at, expires_at)
            VALUES (\(key.id), \(key.tenant), \(key.name), \(key.secretHash), \(key.scopes.map(\.rawValue).sorted()),
                \(key.isTest), \(key.rate.map { Int32(clamping: $0) }), \(key.createdAt), \(key.expiresAt))
            """)
    }

    /// - Parameter tenant: whose it must be; nil for anybody's.
    public func key(_ id: String, tenant: String? = nil) async throws -> StoredKey? {
        try await pool.query(
            """
            SELECT \(unescaped: StoredKey.columns) FROM api_keys
            WHERE id = \(id) AND (\(tenant)::text IS NULL OR tenant = \(tenant))
            """
        ).first.map(StoredKey.init)
    }

    /// All keys, oldest first.
    public func keys() async throws -> [StoredKey] {
        try await pool.query("SELECT \(unescaped: StoredKey.columns) FROM api_keys ORDER BY created_at, id")
            .map(StoredKey.init)
    }

    /// A tenant's keys, oldest first.
    /// - Parameter after: the id of the last one of the page before.
    public func page(tenant: String, after: String?, limit: Int) async throws -> ListPage<StoredKey, String> {
        let keys = try await pool.query(
            """
            SELECT \(unescaped: StoredKey.columns) FROM api_keys
            WHERE tenant = \(tenant) AND (\(after)::text IS NULL OR (created_at, id) > (
                SELECT a.created_at, a.id FROM api_keys a WHERE a.id = \(after) AND a.tenant = \(tenant)))
            ORDER BY created_at, id LIMIT \(limit + 1)
            """
        ).map(StoredKey.init)
        let page = Array(keys.prefix(limit))
        return ListPage(items: page, next: keys.count > limit ? page.last?.id : nil)
    }

    /// Makes a new key that may do what an old one may, for as long as that one could from its beginning, and ends the old
    /// one after `overlap`. The one that the old one had replaced ends now, so that never more than two are good. It is
    /// one statement, so there is never the one without the other.
    /// - Parameter end: when the new one ends, if not before.
    /// - Returns: false when no key of this id is good any more, or one that is good has replaced it already.
    public func rotate(
        _ id: String, to newId: String, secretHash: [UInt8], overlap: Duration, until end: Date? = nil
    ) async throws -> Bool {
        let ended = try await pool.query(
            """
            WITH old AS (
                SELECT k.*, CASE WHEN k.replaced_by IS NULL THEN k.expires_at - k.created_at
                    ELSE n.expires_at - n.created_at END AS lifetime
                FROM api_keys k LEFT JOIN api_keys n ON n.id = k.replaced_by
                WHERE k.id = \(id) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
                    AND (k.replaced_by IS NULL OR n.revoked_at IS NOT NULL OR n.expires_at <= now())
                FOR UPDATE OF k
            ), ended AS (
                UPDATE api_keys k
                SET expires_at = least(k.expires_at, now() + CASE k.id WHEN old.id
                        THEN make_interval(secs => \(overlap.timeInterval)) ELSE interval '0' END),
                    replaced_by = CASE k.id WHEN old.id THEN \(newId) ELSE k.replaced_by END
                FROM old WHERE k.id = old.id OR k.replaced_by = old.id RETURNING k.id
            ), made AS (
                INSERT INTO api_keys (id, tenant, name, secret_hash, scopes, test, rate, created_at, expires_at)
                SELECT \(newId), tenant, name, \(secretHash), scopes, test, rate, now(),
                    least(now() + lifetime, \(end)::timestamptz) FROM old
            )
            SELECT id FROM ended
            """
        ).map { try $0.get(0, as: String.self) }
        if !ended.isEmpty { await tellOfChange(to: ended) }
        return !ended.isEmpty
    }

    private func tellOfChange(to ids: [String]) async {
        await onChange(ids.map { StaleEntry(.keys, tenant: "", key: $0) })
    }

    /// Revokes a key for good; false when there is none of this id.
    /// - Parameter tenant: whose it must be; nil for anybody's.
    public func revoke(_ id: String, tenant: String? = nil) async throws -> Bool {
        let isKnown =
            try await pool.query(
                """
                UPDATE api_keys SET revoked_at = coalesce(revoked_at, now())
                WHERE id = \(id) AND (\(tenant)::text IS NULL OR tenant = \(tenant))
                """
            ).affected == 1
        if isKnown { await tellOfChange(to: [id]) }
        return isKnown
    }

    /// How exactly it is known when a key was last used: one write at most in so long, however many processes it asks.
    public static let useResolution: Duration = .seconds(60)

    /// Keeps that a key was used just now, unless that is known already.
    public func noteUse(of id: String) async throws {
        try await pool.query(
            """
            UPDATE api_keys SET last_used_at = now() WHERE id = \(id)
                AND (last_used_at IS NULL OR last_used_at <= now() - \(seconds: KeyStore.useResolution))
            """)
    }
}
