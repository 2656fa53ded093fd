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
        ]
    }

    private func page(_ call: Call) async throws -> Response {
        let page = try await inbox.page(
            try call.queryWord("status", among: Inbox.Part.allCases) ?? .all, userId: call.userId(),
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
        guard let read = try await inbox.markRead(call.notificationId(), tenant: call.tenant, at: clock.now) else {
            throw Problem.notFound
        }
        if let event = read.event { await enqueuer.publish([event]) }
        return Response(json: read.document.json)
    }
}
