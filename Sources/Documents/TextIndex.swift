public import Foundation
import Notifications
public import Postgres

/// What notifications say, as words. It is filled behind the notifications, in the order of their ids; that an id comes late
/// is for whoever goes over a stretch a second time. Belfry's own messages are left out: nobody looks for them.
public struct TextIndex: Sendable {
    /// What one step came to.
    public struct Step: Sendable, Hashable {
        /// The last notification looked at; nil when there was none.
        public var last: UUID?
        /// Notifications looked at: fewer than asked for at the end of the stretch.
        public var looked = 0
        /// Of those, the ones whose words were not there yet.
        public var added = 0
    }

    private let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Up to where every notification's words are there.
    public func place() async throws -> UUID { try await ClerkProgress.texts.kept(pool)?.place ?? .lowest }

    /// Seconds since that was accepted up to where all words are there; nil before any are.
    public func lag() async throws -> TimeInterval? {
        guard let place = try await ClerkProgress.texts.kept(pool)?.place else { return nil }
        return try await pool.query("SELECT now()")[0].get(0, as: Date.self).timeIntervalSince(place.version7Date)
    }

    /// Keeps a place up to which somebody went after it could no longer change.
    public func keep(_ place: UUID) async throws {
        try await pool.withConnection { try await ClerkProgress.texts.keep(place: place, on: $0) }
    }

    /// Adds the words of the next notifications behind `place` and below `end`, of at most `limit`. One that has its words
    /// already keeps them, so it can be done again, and by two at once.
    public func step(after place: UUID, below end: UUID, limit: Int) async throws -> Step {
        try await pool.transaction { connection in
            try await connection.query(TextLock.shared)
            return try await TextIndex.step(after: place, below: end, limit: limit, on: connection)
        }
    }

    private static func step(
        after place: UUID, below end: UUID, limit: Int, on connection: PostgresConnection
    ) async throws -> Step {
        let row = try await connection.query(
            """
            WITH looked AS MATERIALIZED (
                SELECT n.id, n.tenant, n.user_id, n.content FROM notifications n
                WHERE n.id > \(place) AND n.id < \(end) ORDER BY n.id LIMIT \(limit)
            ), added AS (
                INSERT INTO notification_texts (id, tenant, words)
                SELECT n.id, n.tenant, \(wordsOf: "n") FROM looked n
                WHERE NOT EXISTS (SELECT FROM notification_texts t WHERE t.id = n.id)
                    AND NOT starts_with(n.tenant, \(HouseTenant.prefix))
                ON CONFLICT (id) DO NOTHING RETURNING 1
            )
            SELECT (SELECT id FROM looked ORDER BY id DESC LIMIT 1), (SELECT count(*) FROM looked),
                (SELECT count(*) FROM added)
            """)[0]
        return Step(
            last: try row.get(0), looked: Int(try row.get(1, as: Int64.self)),
            added: Int(try row.get(2, as: Int64.self)))
    }
}

/// Words that stand for whose a text is. They begin with a space, and so none of them can come out of a text or a query.
enum TextOwner {
    /// The part of a query that is about them.
    static func query(tenant: String, userId: String?) -> String {
        (["' t\(quoted(tenant))'"] + (userId.map { ["' u\(quoted($0))'"] } ?? [])).joined(separator: " & ")
    }

    /// **Source:** PostgreSQL documentation, "Text Search Types": quotes and backslashes are doubled.
    private static func quoted(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("'", with: "''")
    }
}

extension PostgresQuery.StringInterpolation {
    /// The words of a notification: whose it is, and its title, body and subject. Of very long texts the beginning: a
    /// `tsvector` holds no more than a megabyte.
    fileprivate mutating func appendInterpolation(wordsOf row: StaticString) {
        appendLiteral(
            """
            array_to_tsvector(array_remove(ARRAY[' t' || \(row).tenant, ' u' || \(row).user_id], NULL))
                || to_tsvector('simple', left(concat_ws(' ', \(row).content ->> 'title', \(row).content ->> 'body',
                    \(row).content #>> '{overrides,email,subject}'), 20000))
            """)
    }
}
