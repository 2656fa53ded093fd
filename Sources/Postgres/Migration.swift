internal import Crypto

/// One step of the schema, forward only.
public struct Migration: Sendable, Hashable {
    /// Counted up from 1.
    public let version: Int
    public let name: String
    public let sql: String

    /// The first line that marks a migration as one to be run outside of a transaction, such as
    /// `CREATE INDEX CONCURRENTLY`. It then must be a single statement that may be run again after failing half way.
    public static let nonTransactionalMark = "-- no-transaction"

    public init(version: Int, name: String, sql: String) {
        self.version = version
        self.name = name
        self.sql = sql
    }

    /// - Parameter fileName: `v0012_add_devices.sql`, where 12 is the version and `add_devices` the name.
    /// - Throws: ``PostgresError/invalidConfiguration(_:)`` for any other name.
    public init(fileName: String, sql: String) throws(PostgresError) {
        guard let match = fileName.wholeMatch(of: /v([0-9]{4})_([a-z0-9_]+)\.sql/), let version = Int(match.1) else {
            throw .invalidConfiguration("\(fileName) is not named like v0001_create_things.sql")
        }
        self.init(version: version, name: String(match.2), sql: sql)
    }

    public var isTransactional: Bool {
        sql.prefix { !$0.isNewline } != Self.nonTransactionalMark
    }

    /// SHA-256 of the text, in hexadecimal.
    public var checksum: String {
        SHA256.hash(data: Array(sql.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
