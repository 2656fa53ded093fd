import Logging
import Notifications
import Postgres

extension FinalState {
    /// Reads it from the database.
    init(_ pool: PostgresPool) async throws {
        documents = try await pool.query(
            "SELECT id::text, coalesce(content -> 'metadata' ->> 'request', '-'), channels::text FROM notifications"
        ).map { row in
            let channels = try JSON(parsing: row.get(2, as: String.self)).object?.dictionary ?? [:]
            return Document(
                id: try row.get(0), request: try row.get(1),
                statuses: channels.mapValues { $0["status"]?.string ?? "-" })
        }
        events = try await pool.query("SELECT id, notification_id::text, event::text FROM delivery_events ORDER BY id")
            .map {
                row in
                let event = try JSON(parsing: row.get(2, as: String.self))
                return Event(
                    number: try row.get(0), notification: try row.get(1), route: event["route"]?.string,
                    attempt: event["attempt"]?.int ?? 0, outcome: event["outcome"]?.string,
                    code: event["error"]?["code"]?.string)
            }
        deadLetters = try await pool.query("SELECT notification_id::text, reason ->> 'code' FROM dead_letters").map {
            DeadLetter(notification: try $0.get(0), code: try $0.get(1, as: String?.self) ?? "-")
        }
        openDeliveries = try await FinalState.openDeliveries(pool)
    }

    static func openDeliveries(_ pool: PostgresPool) async throws -> Int {
        Int(try await pool.query("SELECT count(*) FROM deliveries")[0].get(0, as: Int64.self))
    }
}
