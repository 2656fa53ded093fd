public import Notifications
import Postgres

extension RecipientStore {
    /// A tenant's users in the order of their ids.
    /// - Parameter prefix: what the ids begin with; empty for all.
    public func page(
        prefix: String = "", tenant: String, after: String?, limit: Int
    ) async throws -> ListPage<Recipient, String> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await pool.query(
                """
                SELECT w.user_id, w.fits, CASE WHEN w.fits THEN w.profile END,
                    CASE WHEN w.fits THEN \(devicesOf: "w") END
                FROM (
                    SELECT r.*, starts_with(r.user_id, \(prefix)) AS fits FROM recipients r
                    WHERE r.tenant = \(tenant) AND r.user_id > \(after ?? "") ORDER BY r.user_id LIMIT \(count)
                ) w ORDER BY w.user_id
                """
            ).map { row in
                let userId: String = try row.get(0)
                guard try row.get(1) else { return (userId, nil) }
                let devices = try row.get(3, as: JSONB?.self)?.json.array ?? []
                return (
                    userId, Recipient(stored: try row.get(2, as: JSONB.self).json, devices: devices, userId: userId)
                )
            }
        }
    }
}
