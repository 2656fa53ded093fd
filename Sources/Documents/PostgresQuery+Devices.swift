import Postgres

extension PostgresQuery.StringInterpolation {
    /// The devices of a row's user as one JSON array, null for none.
    /// - Parameter row: the alias of a row with `tenant` and `user_id`.
    mutating func appendInterpolation(devicesOf row: StaticString) {
        appendLiteral(
            """
            (SELECT jsonb_agg(v.device ORDER BY v.device_id) FROM devices v
                WHERE v.tenant = \(row).tenant AND v.user_id = \(row).user_id)
            """)
    }
}
