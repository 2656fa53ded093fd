public import Foundation
public import Notifications
import Postgres

extension Inbox {
    /// A notification as it stands after a change, and what is to be told of it.
    public typealias Change = (document: NotificationDocument, event: StatusEvent?)

    /// Marks a notification as read. Doing it again changes nothing.
    /// - Returns: the document and, when it was unread, the event; nil when there is no such notification in an inbox.
    public func markRead(_ id: UUID, tenant: String, at now: Date) async throws -> Change? {
        try await change(id, tenant: tenant) { channels, userId in
            channels.markRead(id, userId: userId, tenant: tenant, at: now)
        }
    }

    /// Puts a notification away: it is read, and no longer in the list. Doing it again changes nothing.
    /// - Returns: as ``markRead(_:tenant:at:)``.
    public func archive(_ id: UUID, tenant: String, at now: Date) async throws -> Change? {
        try await change(id, tenant: tenant) { channels, userId in
            let archivedAt = channels[.inApp]?.archivedAt ?? now
            channels[.inApp]?.archivedAt = archivedAt
            return channels.markRead(id, userId: userId, tenant: tenant, at: now)
        }
    }

    /// Brings back what was put away; it stays read.
    /// - Returns: nil when there is no such notification in an inbox.
    public func unarchive(_ id: UUID, tenant: String) async throws -> NotificationDocument? {
        try await change(id, tenant: tenant) { channels, _ in
            channels[.inApp]?.archivedAt = nil
            return nil
        }?.document
    }

    private func change(
        _ id: UUID, tenant: String,
        _ body: (_ channels: inout [NotificationChannel: ChannelState], _ userId: String) -> StatusEvent?
    ) async throws -> Change? {
        let event: StatusEvent?? = try await pool.transaction { connection in
            let rows = try await connection.query(
                "SELECT user_id FROM notifications WHERE id = \(id) AND tenant = \(tenant)")
            guard let userId = try rows.first?.get(0, as: String?.self) else { return nil }
            guard let before = try await Documents.lock([id], on: connection)[id],
                let status = before[.inApp]?.status, status == .unread || status == .read
            else { return nil }
            var channels = before
            let event = body(&channels, userId)
            if channels != before { try await Documents.write([id: channels], on: connection) }
            guard let event else { return .some(nil) }
            try await forgetUnread([id], userId: userId, tenant: tenant, on: connection)
            return try await EventLog.append([event], on: connection).first
        }
        guard let event, let document = try await NotificationStore(pool: pool).document(id, tenant: tenant) else {
            return nil
        }
        return (document, event)
    }
}
