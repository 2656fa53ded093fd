public import Foundation
public import Notifications
import Postgres

extension KeyStore {
    /// What a key stands for.
    public struct StoredKey: Sendable, Hashable {
        public var id: String
        public var tenant: String
        public var name: String
        /// SHA-256 of the whole key.
        public var secretHash: [UInt8]
        public var scopes: Set<Scope>
        /// Whether what is sent with it goes to the simulator, whatever its channels.
        public var isTest: Bool
        /// Requests a second in each process; 0 is no limit, nil leaves it to the process.
        public var rate: Int?
        public var createdAt: Date
        public var expiresAt: Date?
        public var revokedAt: Date?
        /// To a minute or so; nil for never.
        public var lastUsedAt: Date?
        /// The id of the key that took its place.
        public var replacedBy: String?

        public init(
            id: String, tenant: String, name: String, secretHash: [UInt8], scopes: Set<Scope>, isTest: Bool = false,
            rate: Int? = nil, createdAt: Date, expiresAt: Date? = nil, revokedAt: Date? = nil
        ) {
            self.id = id
            self.tenant = tenant
            self.name = name
            self.secretHash = secretHash
            self.scopes = scopes
            self.isTest = isTest
            self.rate = rate
            self.createdAt = createdAt
            self.expiresAt = expiresAt
            self.revokedAt = revokedAt
        }

        public func isValid(at now: Date) -> Bool {
            revokedAt == nil && (expiresAt.map { $0 > now } ?? true)
        }
    }
}

extension KeyStore.StoredKey {
    static let columns = """
        id, tenant, name, secret_hash, scopes, test, rate, created_at, expires_at, revoked_at, last_used_at, replaced_by
        """

    /// Of a row with `columns`.
    init(_ row: PostgresRow) throws {
        self.init(
            id: try row.get(0), tenant: try row.get(1), name: try row.get(2), secretHash: try row.get(3),
            scopes: Set(try row.get(4, as: [String].self).compactMap(Scope.init)), isTest: try row.get(5),
            rate: try row.get(6, as: Int32?.self).map { Int($0) },
            createdAt: try row.get(7), expiresAt: try row.get(8), revokedAt: try row.get(9))
        lastUsedAt = try row.get(10)
        replacedBy = try row.get(11)
    }
}
