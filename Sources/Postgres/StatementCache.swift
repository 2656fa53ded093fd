/// Which statements a connection has prepared, under which name: a plain value, which does no I/O.
struct StatementCache {
    /// The same text with other declared types is another statement.
    private struct Key: Hashable {
        let sql: String
        let types: [PostgresType]

        init(_ query: PostgresQuery) {
            sql = query.sql
            types = query.bindings.types
        }
    }

    struct Statement {
        let name: String
        /// The shape of its rows, known once it ran; the server refuses to run it should that ever change.
        var columns: [ResultColumn]?
        fileprivate var lastUsed: Int
    }

    private let limit: Int
    private var statements: [Key: Statement] = [:]
    private var uses = 0
    private var names = 0

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// A name that was never used before.
    mutating func nextName() -> String {
        names += 1
        return "s\(names)"
    }

    mutating func find(_ query: PostgresQuery) -> Statement? {
        guard let index = statements.index(forKey: Key(query)) else { return nil }
        uses += 1
        statements.values[index].lastUsed = uses
        return statements.values[index]
    }

    mutating func insert(_ query: PostgresQuery, name: String) -> Statement {
        uses += 1
        let statement = Statement(name: name, columns: nil, lastUsed: uses)
        statements[Key(query)] = statement
        return statement
    }

    mutating func learn(_ columns: [ResultColumn], of query: PostgresQuery) {
        statements[Key(query)]?.columns = columns
    }

    /// Forgets a statement and returns its name, for the server to forget it too.
    mutating func remove(_ query: PostgresQuery) -> String? {
        statements.removeValue(forKey: Key(query))?.name
    }

    /// Forgets the statement unused for longest if there are more than the limit allows, and returns its name.
    mutating func evict() -> String? {
        guard statements.count > limit,
            let oldest = statements.min(by: { $0.value.lastUsed < $1.value.lastUsed })
        else { return nil }
        return statements.removeValue(forKey: oldest.key)?.name
    }
}
