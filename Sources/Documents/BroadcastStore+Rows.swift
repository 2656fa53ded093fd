import Foundation
import Notifications
import Postgres

extension BroadcastStore {
    static let columns = """
        id, tenant, topic, topic_id, request, request_id, traceparent, status, subscribers, expanded, notifications,
        skipped, cancelled, last_user_id, created_at, ended_at, test
        """

    static func insertion(of broadcasts: [Broadcast]) -> PostgresQuery {
        """
        INSERT INTO broadcasts
            (id, tenant, topic, topic_id, request, request_id, traceparent, subscribers, created_at, test)
        SELECT * FROM unnest(
            \(broadcasts.map(\.id)), \(broadcasts.map(\.tenant)), \(broadcasts.map(\.topic)),
            \(broadcasts.map(\.topicId)), \(broadcasts.map { JSONB($0.request) }), \(broadcasts.map(\.requestId)),
            \(broadcasts.map { $0.trace?.traceparent }), \(broadcasts.map(\.subscribers)),
            \(broadcasts.map(\.createdAt)), \(broadcasts.map(\.isTest)))
        """
    }
}

extension Broadcast {
    /// Of a row with `BroadcastStore.columns`.
    init(_ row: PostgresRow) throws {
        self.init(
            id: try row.get(0), tenant: try row.get(1), topic: try row.get(2), topicId: try row.get(3),
            subscribers: try row.get(8), request: try row.get(4, as: JSONB.self).json, requestId: try row.get(5),
            trace: try row.get(6, as: String?.self).flatMap(TraceContext.init), isTest: try row.get(16),
            createdAt: try row.get(14))
        // What a newer version says is over, as far as this one can tell.
        status = Status(rawValue: try row.get(7)) ?? .done
        expanded = try row.get(9)
        notifications = try row.get(10)
        let reasons = try row.get(11, as: JSONB.self).json.object?.dictionary ?? [:]
        skipped = reasons.compactMapValues(\.int)
        cancelled = try row.get(12)
        lastUserId = try row.get(13)
        endedAt = try row.get(15)
    }
}
