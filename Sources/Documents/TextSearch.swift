import Foundation
import Postgres

/// Finds notifications by their words.
struct TextSearch: Sendable {
    struct Found: Sendable, Hashable {
        /// Newest first.
        var ids: [UUID] = []
        /// Where to go on; nil where these are all.
        var next: UUID?
        /// How many of those that were looked at the index would name.
        var named = 0
    }

    /// Texts that are looked at before the index is asked: frequent words are found among the newest, and an index would
    /// have to name all of theirs first.
    private static let glance = 1000
    /// Texts that are looked at, or that the index may name, for one page.
    private static let bound = 5000
    /// Of the texts of a glance, so many that the index would name too that it is not asked: of all it would name too many.
    private static let frequent = 50

    let pool: PostgresPool

    /// The next notifications of a filter whose texts fit its words, of which there may be none though there are more.
    func find(_ text: String, _ filter: NotificationFilter, tenant: String, after: UUID?, limit: Int) async throws
        -> Found
    {
        guard let query = try await query(text, tenant: tenant, userId: filter.userId) else { return Found() }
        let ids = filter.ids(below: after)
        var found = try await walk(query, ids, count: TextSearch.glance)
        guard let place = found.next, found.ids.count <= limit else { return found }
        let rest = ids.lowerBound..<place
        if found.named < TextSearch.frequent, let others = try await ask(query, tenant: tenant, rest) {
            return Found(ids: found.ids + others, next: nil)
        }
        let further = try await walk(query, rest, count: TextSearch.bound - TextSearch.glance)
        found.ids += further.ids
        found.next = further.next
        return found
    }

    /// What is looked for, as Postgres writes it.
    private struct Query {
        var exact: String
        /// What the index can tell by itself: that the words are there, not where, and not that others are missing.
        var indexed: String
    }

    /// Nil where the text has no word.
    private func query(_ text: String, tenant: String, userId: String?) async throws -> Query? {
        let row = try await pool.query(
            """
            SELECT (q && o)::text, (CASE w WHEN 'T' THEN o
                ELSE o && CAST(regexp_replace(w, '<(-|[0-9]+)>', '&', 'g') AS tsquery) END)::text, numnode(q)
            FROM websearch_to_tsquery('simple', \(text)) AS q, querytree(q) AS w,
                CAST(\(TextOwner.query(tenant: tenant, userId: userId)) AS tsquery) AS o
            """)[0]
        if try row.get(2, as: Int32.self) == 0 { return nil }
        return Query(exact: try row.get(0), indexed: try row.get(1))
    }

    /// Looks at so many texts from the newest on.
    private func walk(_ query: Query, _ ids: Range<UUID>, count: Int) async throws -> Found {
        let rows = try await pool.query(
            """
            SELECT t.id, t.words @@ CAST(\(query.exact) AS tsquery), t.words @@ CAST(\(query.indexed) AS tsquery)
            FROM notification_texts t
            WHERE t.id >= \(ids.lowerBound) AND t.id < \(ids.upperBound) ORDER BY t.id DESC LIMIT \(count)
            """)
        var found = Found()
        for row in rows {
            if try row.get(1) { found.ids.append(try row.get(0)) }
            if try row.get(2) { found.named += 1 }
        }
        if rows.count == count { found.next = try rows.last?.get(0) }
        return found
    }

    /// Has the index name all that may fit; nil where they are too many to be looked at.
    ///
    /// By the words alone, without the ids: with both to choose from, Postgres might go through all of the time instead.
    /// So those of another time count too: what is frequent there is not read to its end to find what is rare here.
    private func ask(_ query: Query, tenant: String, _ ids: Range<UUID>) async throws -> [UUID]? {
        let rows = try await pool.query(
            """
            SELECT f.id, f.id >= \(ids.lowerBound) AND f.id < \(ids.upperBound)
                AND f.words @@ CAST(\(query.exact) AS tsquery) FROM (
                SELECT t.id, t.words FROM notification_texts t
                WHERE t.words @@ CAST(\(query.indexed) AS tsquery) AND t.tenant = \(tenant)
                OFFSET 0 LIMIT \(unescaped: "\(TextSearch.bound + 1)")
            ) f
            """)
        if rows.count > TextSearch.bound { return nil }
        return try rows.compactMap { try $0.get(1) ? $0.get(0, as: UUID.self) : nil }.sorted(by: >)
    }
}
