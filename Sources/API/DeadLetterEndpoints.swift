import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Notifications

/// What was given up, and trying it again.
struct DeadLetterEndpoints: Sendable {
    let bodies: BodyReader
    let store: DeadLetterStore
    let redriver: Redriver
    let enqueuer: Enqueuer

    private static let largestRedrive = 1000

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/dead-letters", .read, use: list),
            Endpoint(.post, "/v1/dead-letters/redrive", .admin, needsLiveKey: false, use: redrive),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let page = try await store.page(
            DeadLetterFilter(call), tenant: call.tenant, after: call.after(DeadLetterStore.Place.init),
            limit: call.limit())
        return Response(json: [
            "items": .array(page.items.map(\.json)), "next": JSON(page.next?.cursor.text),
        ])
    }

    private func redrive(_ call: Call) async throws -> Response {
        let fields = try await bodies.fields(of: call)
        var filter = DeadLetterFilter(fields)
        let limit = fields.integer("limit", in: 1...DeadLetterEndpoints.largestRedrive)
        let isDry = fields.bool("dryRun") ?? false
        if (fields.bool("all") ?? false) != filter.isEmpty {
            fields.note("all", .conflict, "must be true to mean every dead letter, and only then")
        }
        try fields.check()
        // What was sent with a live key would be sent by a real provider.
        filter.isOnlyTests = call.caller.isTest
        let (letters, hasMore) = try await redriver.matches(
            filter, tenant: call.tenant, limit: limit ?? DeadLetterEndpoints.largestRedrive)
        let chosen = isDry ? [] : letters
        let redriven = try await redriver.redrive(chosen, tenant: call.tenant) { await enqueuer.enqueue($0) }
        return Response(json: [
            "matched": JSON(letters.count), "redriven": JSON(redriven), "dryRun": .bool(isDry),
            "remaining": .bool(hasMore),
        ])
    }
}

extension DeadLetterFilter {
    /// Of a query.
    fileprivate init(_ call: Call) throws {
        self.init()
        route = try call.queryWord("route", among: Route.allCases)
        channel = try call.queryWord("channel", among: NotificationChannel.allCases)
        code = try call.queryText("code")
        userId = try call.queryText("userId")
        since = try call.queryDate("since")
        until = try call.queryDate("until")
    }

    /// Of a body, noting every problem.
    fileprivate init(_ fields: Fields) {
        self.init()
        fields.allow([
            "notificationId", "route", "channel", "code", "userId", "since", "until", "limit", "all", "dryRun",
        ])
        notificationId = fields.id("notificationId")
        route = fields.choice("route", among: Route.allCases, named: \.rawValue)
        channel = fields.choice("channel", among: NotificationChannel.allCases, named: \.rawValue)
        code = fields.string("code", maximum: 256)
        userId = fields.string("userId", maximum: 256)
        since = fields.date("since")
        until = fields.date("until")
    }
}

extension DeadLetterStore.Place {
    private static let microseconds: Double = 1_000_000

    fileprivate init?(_ cursor: Cursor) {
        guard cursor.words.count == 3, let time = Int64(cursor.words[0]), time.magnitude < 1 << 52,
            let id = UUID(uuidString: cursor.words[1])
        else { return nil }
        self.init(
            diedAt: Date(timeIntervalSince1970: Double(time) / Self.microseconds), notificationId: id,
            route: cursor.words[2])
    }

    fileprivate var cursor: Cursor {
        let time = Int64((diedAt.timeIntervalSince1970 * Self.microseconds).rounded())
        return Cursor([String(time), notificationId.text, route])
    }
}
