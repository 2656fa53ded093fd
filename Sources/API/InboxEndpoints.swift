import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Notifications

/// Users' in-app feeds, and reading them.
struct InboxEndpoints: Sendable {
    let inbox: Inbox
    let clock: ServerClock
    let enqueuer: Enqueuer

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/users/{id}/inbox", .read, use: page),
            Endpoint(.post, "/v1/users/{id}/inbox/read-all", .send, use: readAll),
            Endpoint(.patch, "/v1/notifications/{id}/read", .send, use: markRead),
            Endpoint(.patch, "/v1/notifications/{id}/archive", .send, use: archive),
            Endpoint(.patch, "/v1/notifications/{id}/unarchive", .send, use: unarchive),
        ]
    }

    private func page(_ call: Call) async throws -> Response {
        let page = try await inbox.page(
            try call.queryWord("status", among: Inbox.Part.allCases) ?? .all,
            archived: call.queryWord("archived", among: Truth.allCases) == .true, userId: call.userId(),
            tenant: call.tenant, after: call.after(UUID.init), limit: call.limit())
        return Response(json: [
            "notifications": .array(page.documents.map(\.json)), "unreadCount": JSON(page.unreadCount),
            "next": JSON(page.next?.cursor.text),
        ])
    }

    private func readAll(_ call: Call) async throws -> Response {
        let now = clock.now
        // Ids tell milliseconds: up to the end of this one, or a caller would miss what it has just seen.
        let moment = try call.queryDate("before") ?? now.addingTimeInterval(0.001)
        let (read, hasMore) = try await inbox.readAll(
            userId: call.userId(), tenant: call.tenant, before: moment, at: now
        ) { await enqueuer.publish($0) }
        return Response(json: ["read": JSON(read), "remaining": .bool(hasMore)])
    }

    private func markRead(_ call: Call) async throws -> Response {
        try await tell(inbox.markRead(call.notificationId(), tenant: call.tenant, at: clock.now))
    }

    private func archive(_ call: Call) async throws -> Response {
        try await tell(inbox.archive(call.notificationId(), tenant: call.tenant, at: clock.now))
    }

    private func unarchive(_ call: Call) async throws -> Response {
        guard let document = try await inbox.unarchive(call.notificationId(), tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: document.json)
    }

    private func tell(_ change: Inbox.Change?) async throws -> Response {
        guard let change else { throw Problem.notFound }
        if let event = change.event { await enqueuer.publish([event]) }
        return Response(json: change.document.json)
    }
}

private enum Truth: String, CaseIterable { case `true`, `false` }
