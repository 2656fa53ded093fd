public import Foundation
public import Notifications
public import Postgres

/// API keys as stored: never the secret, only its hash.
public struct KeyStore: Sendable {
    /// What a key stands for.
    public struct StoredKey: Sendable, Hashable {
        public var id: String
        public var tenant: String
        public var name: String
        /// SHA-256 of the whole key.
        public var secretHash: [UInt8]
        public var scopes: Set<Scope>
        /// Requests a second in each process; 0 is no limit, nil leaves it to the process.
        public var rate: Int?
        public var createdAt: Date
        public var expiresAt: Date?
        public var revokedAt: Date?

        public init(
            id: String, tenant: String, name: String, secretHash: [UInt8], scopes: Set<Scope>, rate: Int? = nil,
            createdAt: Date, expiresAt: Date? = nil, revokedAt: Date? = nil
        ) {
            self.id = id
            self.tenant = tenant
            self.name = name
            self.secretHash = secretHash
            self.scopes = scopes
            self.rate = rate
            self.createdAt = createdAt
            self.expiresAt = expiresAt
            self.revokedAt = revokedAt
        }

        public func isValid(at now: Date) -> Bool {
            revokedAt == nil && (expiresAt.map { $0 > now } ?? true)
        }
    }

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    public func insert(_ key: StoredKey) async throws {
        try await pool.query(
            """
            INSERT INTO api_keys (id, tenant, name, secret_hash, scopes, rate, created_at, expires_at)
            VALUES (\(key.id), \(key.tenant), \(key.name), \(key.secretHash), \(key.scopes.map(\.rawValue).sorted()),
                \(key.rate.map { Int32(clamping: $0) }), \(key.createdAt), \(key.expiresAt))
            """)
    }

    public func key(_ id: String) async throws -> StoredKey? {
        try await pool.query(
            """
            SELECT id, tenant, name, secret_hash, scopes, rate, created_at, expires_at, revoked_at
            FROM api_keys WHERE id = \(id)
            """
        ).first.map(StoredKey.init)
    }

    /// All keys, oldest first.
    public func keys() async throws -> [StoredKey] {
        try await pool.query(
            """
            SELECT id, tenant, name, secret_hash, scopes, rate, created_at, expires_at, revoked_at
            FROM api_keys ORDER BY created_at, id
            """
        ).map(StoredKey.init)
    }

    /// Makes a new key that may do what an old one may, for as long as that one could from its beginning, and ends the old
    /// one after `overlap`. It is one statement, so there is never the one without the other.
    /// - Returns: false when no key of this id is good any more.
    public func rotate(_ id: String, to newId: String, secretHash: [UInt8], overlap: Duration) async throws -> Bool {
        try await pool.query(
            """
            WITH old AS (
                SELECT * FROM api_keys
                WHERE id = \(id) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now()) FOR UPDATE
            ), ended AS (
                UPDATE api_keys SET expires_at = least(
                    api_keys.expires_at, now() + make_interval(secs => \(overlap.timeInterval)))
                FROM old WHERE api_keys.id = old.id
            )
            INSERT INTO api_keys (id, tenant, name, secret_hash, scopes, rate, created_at, expires_at)
            SELECT \(newId), tenant, name, \(secretHash), scopes, rate, now(), now() + (expires_at - created_at) FROM old
            """
        ).affected == 1
    }

    /// Revokes a key for good; false when there is none of this id.
    public func revoke(_ id: String) async throws -> Bool {
        try await pool.query(
            "UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE id = \(id)"
        ).affected == 1
    }
}

extension KeyStore.StoredKey {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row.get(0), tenant: try row.get(1), name: try row.get(2), secretHash: try row.get(3),
            scopes: Set(try row.get(4, as: [String].self).compactMap(Scope.init)),
            rate: try row.get(5, as: Int32?.self).map { Int($0) },
            createdAt: try row.get(6), expiresAt: try row.get(7), revokedAt: try row.get(8))
    }
}
