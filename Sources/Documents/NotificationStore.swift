public import Foundation
public import Notifications
public import Postgres

/// Reads documents.
public struct NotificationStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A document as it stands; nil when the tenant has none of this id.
    public func document(_ id: UUID, tenant: String) async throws -> NotificationDocument? {
        let rows = try await pool.query(
            """
            SELECT n.id, n.created_at, n.content, n.channels, (
                SELECT array_agg(d.route) FROM deliveries d
                WHERE d.notification_id = n.id AND d.route = ANY(\(Route.allCases.map(\.rawValue)))
                    AND d.permit_until > now()
            )
            FROM notifications n WHERE n.id = \(id) AND n.tenant = \(tenant)
            """)
        return try rows.first.map(NotificationDocument.init)
    }
}

/// A document as callers see it.
public struct NotificationDocument: Sendable {
    public var id: UUID
    public var createdAt: Date
    public var content: JSON
    public var channels: [NotificationChannel: ChannelState]
    /// Routes that a worker holds a permit for just now.
    public var processing: Set<Route>

    init(_ row: PostgresRow) throws {
        id = try row.get(0)
        createdAt = try row.get(1)
        content = try row.get(2, as: JSONB.self).json
        channels = ChannelState.read(try row.get(3, as: JSONB.self).json)
        processing = Set((try row.get(4, as: [String]?.self) ?? []).compactMap(Route.init))
    }

    /// A document that was just accepted.
    public init(_ accepted: AcceptedNotification) {
        id = accepted.id
        createdAt = accepted.createdAt
        content = accepted.content.json
        channels = accepted.channels
        processing = []
    }

    public var status: NotificationStatus { NotificationStatus(channels.values, isProcessing: !processing.isEmpty) }

    /// A channel's status as shown: one that is open and in a worker's hands is `processing`. Nil for a channel that the
    /// notification does not have.
    public func status(of channel: NotificationChannel) -> String? {
        guard let status = channels[channel]?.status else { return nil }
        return status.isOpen && processing.contains { $0.channel == channel } ? "processing" : status.rawValue
    }

    /// `{"id","status","createdAt", …content, "channels":{…}}`, with the statuses as shown.
    public var json: JSON {
        var object = JSONObject([
            ("id", .string(id.text)),
            ("status", .string(status.rawValue)),
            ("createdAt", JSON(createdAt)),
        ])
        for member in content.object?.members ?? [] { object.append(member.name, member.value) }
        guard case .object(var channelObject) = ChannelState.document(channels) else { return .object(object) }
        for channel in Set(processing.map(\.channel)) {
            guard case .object(var state) = channelObject[channel.rawValue] else { continue }
            state["status"] = JSON(status(of: channel))
            channelObject[channel.rawValue] = .object(state)
        }
        object.append("channels", .object(channelObject))
        return .object(object)
    }
}
