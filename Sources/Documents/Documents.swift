import Foundation
import Notifications
import Postgres

/// Locking and writing the mutable half of documents. Every status change goes through these two.
enum Documents {
    /// The channels of documents, locked until the transaction ends. Locks are taken in the order of ids, so that two
    /// transactions never wait for each other in a ring. Documents that are gone or erased are missing from the answer.
    static func lock(
        _ ids: [UUID], on connection: PostgresConnection
    ) async throws -> [UUID: [NotificationChannel: ChannelState]] {
        try locked(await connection.query(locking(ids)))
    }

    static func write(
        _ documents: [UUID: [NotificationChannel: ChannelState]], on connection: PostgresConnection
    ) async throws {
        if documents.isEmpty { return }
        try await connection.query(writing(documents))
    }

    /// The statement of ``lock(_:on:)``, to be sent together with others.
    static func locking(_ ids: [UUID]) -> PostgresQuery {
        """
        SELECT id, channels FROM notifications WHERE id = ANY(\(Array(Set(ids))))
        ORDER BY id FOR NO KEY UPDATE
        """
    }

    /// What ``locking(_:)`` answered.
    static func locked(_ rows: PostgresResult) throws -> [UUID: [NotificationChannel: ChannelState]] {
        Dictionary(
            uniqueKeysWithValues: try rows.compactMap { row in
                let channels = try row.get(1, as: JSONB.self).json
                if ChannelState.isErased(channels) { return nil }
                return (try row.get(0, as: UUID.self), ChannelState.read(channels))
            })
    }

    /// The statement of ``write(_:on:)``.
    static func writing(_ documents: [UUID: [NotificationChannel: ChannelState]]) -> PostgresQuery {
        let ordered = documents.sorted { $0.key < $1.key }
        return """
            UPDATE notifications n SET channels = u.channels
            FROM unnest(\(ordered.map(\.key)), \(ordered.map { JSONB(ChannelState.document($0.value)) }))
                AS u(id, channels)
            WHERE n.id = u.id
            """
    }
}
