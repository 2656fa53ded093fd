public import Foundation
import NIOHTTP1
import Notifications

/// Users' in-app feeds.
extension BelfryClient {
    /// One page of a user's in-app feed, newest first, and how many are unread, counted up to 5,000.
    /// - Parameters:
    ///   - part: `all`, `unread` or `read`.
    ///   - archived: what was put away, which is not listed otherwise.
    public func inbox(
        of userId: String, part: String = "all", archived: Bool = false, limit: Int = 20, after: String? = nil
    ) async throws -> (page: Page<NotificationReport>, unreadCount: Int) {
        let query = [URLQueryItem(name: "status", value: part), URLQueryItem(name: "archived", value: "\(archived)")]
        let items = query + Page<NotificationReport>.items(limit: limit, after: after)
        let answer = try await call(.GET, BelfryClient.path("users", userId, "inbox"), query: items).body
        let page = try Page(json: answer, "notifications", of: NotificationReport.init)
        return (page, answer["unreadCount"]?.int ?? 0)
    }

    /// Marks all as read that was accepted before now, or before a time; at most 10,000 at a time.
    /// - Returns: how many it was, and whether there are more: then ask again.
    public func readInbox(of userId: String, before: Date? = nil) async throws -> (read: Int, remaining: Bool) {
        let items = [URLQueryItem(name: "before", value: before.map(Timestamp.text))]
        let path = BelfryClient.path("users", userId, "inbox", "read-all")
        let answer = try await call(.POST, path, query: items).body
        return (answer["read"]?.int ?? 0, answer["remaining"]?.bool ?? false)
    }

    /// Marks a notification as read in its user's inbox. A second time changes nothing.
    public func markRead(_ id: UUID) async throws -> NotificationReport { try await mark(id, "read") }

    /// Puts a notification away, which reads it too. A second time changes nothing.
    public func archive(_ id: UUID) async throws -> NotificationReport { try await mark(id, "archive") }

    /// Brings back what was put away. It stays read.
    public func unarchive(_ id: UUID) async throws -> NotificationReport { try await mark(id, "unarchive") }

    private func mark(_ id: UUID, _ word: String) async throws -> NotificationReport {
        try await call(.PATCH, BelfryClient.path("notifications", id.text, word), as: NotificationReport.init)
    }
}
