import Notifications
import Postgres
import Testing

extension PostgresPool {
    /// The plan by which a statement runs that this pool's one connection prepared, line by line. Not the one that
    /// `EXPLAIN` makes of the same text: that knows the values.
    /// - Parameters:
    ///   - part: of the statement; of that and no other.
    ///   - values: literals for parameters of some types.
    func preparedPlan(of part: String, values given: [String: String] = [:]) async throws -> [String] {
        let prepared = try await query(
            """
            SELECT name, parameter_types::text[] FROM pg_prepared_statements
            WHERE strpos(statement, \(part)) > 0 AND statement NOT LIKE '%pg_prepared_statements%'
            """)
        try #require(prepared.count == 1)
        // Ids come in pairs, the lower one first; of an empty time there would be no partition in the plan.
        var ids = ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"]
        let values = try prepared[0].get(1, as: [String].self).map { type in
            if let value = given[type] { return value }
            guard type == "uuid" else { return type == "bigint" ? "21" : type == "text[]" ? "'{}'" : "'acme'" }
            ids.reverse()
            return ids[1]
        }
        let name: String = try prepared[0].get(0)
        return try await query("EXPLAIN EXECUTE \(unescaped: name)(\(unescaped: values.joined(separator: ", ")))")
            .map { try $0.get(0) }
    }
}
