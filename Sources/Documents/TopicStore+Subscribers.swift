public import Foundation
public import Notifications
import Postgres

/// A user in a topic.
public struct Subscriber: Sendable, Hashable {
    public var userId: String
    public var subscribedAt: Date
}

extension TopicStore {
    /// Adds users to a topic; those who are in it stay as they are. Two calls for one topic go one after the other, so
    /// that its count is exact.
    /// - Returns: how many are new, and the topic then; nil when there is no such topic.
    public func subscribe(
        _ userIds: [String], to name: String, tenant: String
    ) async throws -> (added: Int, topic: Topic)? {
        try await pool.transaction { connection in
            guard let id = try await lock(name, tenant: tenant, on: connection) else { return nil }
            let added = try await connection.query(
                """
                INSERT INTO topic_subscribers (tenant, topic_id, user_id)
                SELECT \(tenant), \(id), user_id FROM unnest(\(userIds)) AS user_id ON CONFLICT DO NOTHING
                """
            ).affected
            return (added, try await count(added, id, on: connection))
        }
    }

    /// Takes users out of a topic.
    /// - Returns: how many of them were in it, and the topic then; nil when there is no such topic.
    public func unsubscribe(
        _ userIds: [String], from name: String, tenant: String
    ) async throws -> (removed: Int, topic: Topic)? {
        try await pool.transaction { connection in
            guard let id = try await lock(name, tenant: tenant, on: connection) else { return nil }
            let removed = try await connection.query(
                """
                DELETE FROM topic_subscribers
                WHERE tenant = \(tenant) AND topic_id = \(id) AND user_id = ANY(\(userIds))
                """
            ).affected
            return (removed, try await count(-removed, id, on: connection))
        }
    }

    private func lock(_ name: String, tenant: String, on connection: PostgresConnection) async throws -> UUID? {
        try await connection.query(
            """
            SELECT id FROM topics WHERE tenant = \(tenant) AND name = \(name) AND deleted_at IS NULL
            FOR NO KEY UPDATE
            """
        ).first?.get(0)
    }

    private func count(_ more: Int, _ id: UUID, on connection: PostgresConnection) async throws -> Topic {
        try Topic(
            await connection.query(
                """
                UPDATE topics t SET subscribers = t.subscribers + \(more) WHERE t.id = \(id)
                RETURNING \(unescaped: TopicStore.columns)
                """)[0])
    }

    /// A topic's subscribers in the order of their ids; none of a topic that is not there.
    public func subscribers(
        of topic: Topic, tenant: String, after: String?, limit: Int
    ) async throws -> ListPage<Subscriber, String> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await pool.query(
                """
                SELECT user_id, subscribed_at FROM topic_subscribers
                WHERE tenant = \(tenant) AND topic_id = \(topic.id) AND user_id > \(after ?? "")
                ORDER BY user_id LIMIT \(count)
                """
            ).map { row in
                let subscriber = Subscriber(userId: try row.get(0), subscribedAt: try row.get(1))
                return (subscriber.userId, subscriber)
            }
        }
    }

    /// The topics that a user is in, known or not, oldest first.
    public func topics(
        of userId: String, tenant: String, after: UUID?, limit: Int
    ) async throws -> ListPage<Topic, UUID> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await pool.query(
                """
                SELECT \(unescaped: TopicStore.columns), t.deleted_at IS NULL
                FROM topic_subscribers s JOIN topics t ON t.id = s.topic_id
                WHERE s.tenant = \(tenant) AND s.user_id = \(userId) AND s.topic_id > \(after ?? .lowest)
                ORDER BY s.topic_id LIMIT \(count)
                """
            ).map { row in
                let topic = try Topic(row)
                return (topic.id, try row.get(5) ? topic : nil)
            }
        }
    }

    /// Takes a user out of all topics. They are locked in one order, as two may leave at once.
    static func leaving(_ userId: String, tenant: String) -> PostgresQuery {
        """
        WITH places AS MATERIALIZED (
            SELECT t.id FROM topics t WHERE t.id IN (
                SELECT s.topic_id FROM topic_subscribers s WHERE s.tenant = \(tenant) AND s.user_id = \(userId))
            ORDER BY t.id FOR NO KEY UPDATE
        ), gone AS (
            DELETE FROM topic_subscribers s USING places p
            WHERE s.tenant = \(tenant) AND s.topic_id = p.id AND s.user_id = \(userId)
            RETURNING s.topic_id
        )
        UPDATE topics t SET subscribers = t.subscribers - 1 FROM gone g WHERE t.id = g.topic_id
        """
    }
}
