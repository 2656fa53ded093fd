import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Notifications

/// Topics and who is in them.
struct TopicEndpoints: Sendable {
    let bodies: BodyReader
    let topics: TopicStore
    let clock: ServerClock

    /// Users that one call adds or removes.
    private static let largestChange = 1000

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/topics", .read, use: list),
            Endpoint(.put, "/v1/topics/{name}", .send, use: put),
            Endpoint(.get, "/v1/topics/{name}", .read, use: one),
            Endpoint(.delete, "/v1/topics/{name}", .send, use: delete),
            Endpoint(.put, "/v1/topics/{name}/subscribers", .send, use: subscribe),
            Endpoint(.get, "/v1/topics/{name}/subscribers", .read, use: subscribers),
            Endpoint(.delete, "/v1/topics/{name}/subscribers", .send, use: unsubscribe),
            Endpoint(.delete, "/v1/topics/{name}/subscribers/{userId}", .send, use: unsubscribeOne),
            Endpoint(.get, "/v1/users/{id}/topics", .read, use: topicsOfUser),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let page = try await topics.page(
            tenant: call.tenant, after: call.after { $0.words.count == 1 ? $0.words[0] : nil }, limit: call.limit())
        return Response(json: [
            "items": .array(page.items.map(\.json)), "next": JSON(page.next.map { Cursor([$0]).text }),
        ])
    }

    private func put(_ call: Call) async throws -> Response {
        let name = try call.topicName()
        let fields = try await bodies.fields(of: call)
        fields.allow(["description"])
        let description = fields.string("description", maximum: 1000)
        try fields.check()
        let (topic, isNew) = try await topics.put(
            name, description: description, tenant: call.tenant, at: clock.now)
        return Response(json: topic.json, status: isNew ? .created : .ok)
    }

    private func one(_ call: Call) async throws -> Response { Response(json: try await topic(of: call).json) }

    private func delete(_ call: Call) async throws -> Response {
        guard try await topics.delete(call.topicName(), tenant: call.tenant) else { throw Problem.notFound }
        return Response(status: .noContent)
    }

    private func subscribe(_ call: Call) async throws -> Response {
        let (name, userIds) = (try call.topicName(), try await namedUsers(call))
        guard let (added, topic) = try await topics.subscribe(userIds, to: name, tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: ["added": JSON(added), "subscribers": JSON(topic.subscribers)])
    }

    private func unsubscribe(_ call: Call) async throws -> Response {
        let (name, userIds) = (try call.topicName(), try await namedUsers(call))
        guard let (removed, topic) = try await topics.unsubscribe(userIds, from: name, tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: ["removed": JSON(removed), "subscribers": JSON(topic.subscribers)])
    }

    /// A second time the user is not in the topic any more: 404, and nothing has changed.
    private func unsubscribeOne(_ call: Call) async throws -> Response {
        let userId = try call.text("userId", field: "userId", maximum: 256)
        let change = try await topics.unsubscribe([userId], from: call.topicName(), tenant: call.tenant)
        guard change?.removed == 1 else { throw Problem.notFound }
        return Response(status: .noContent)
    }

    private func namedUsers(_ call: Call) async throws -> [String] {
        let fields = try await bodies.fields(of: call)
        fields.allow(["userIds"])
        let userIds = fields.strings("userIds", maximumCount: TopicEndpoints.largestChange, maximum: 256)
        let given = fields.object["userIds"] ?? .null
        if given.isNull || given.array?.isEmpty == true { fields.note("userIds", .missing, "must name a user") }
        guard let userIds, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        return userIds
    }

    private func subscribers(_ call: Call) async throws -> Response {
        let page = try await topics.subscribers(
            of: topic(of: call), tenant: call.tenant, after: call.after { $0.words.count == 1 ? $0.words[0] : nil },
            limit: call.limit())
        let items = page.items.map { ["userId": .string($0.userId), "subscribedAt": JSON($0.subscribedAt)] as JSON }
        return Response(json: ["items": .array(items), "next": JSON(page.next.map { Cursor([$0]).text })])
    }

    /// A subscriber need not be a known user, so whoever is in no topic just has none.
    private func topicsOfUser(_ call: Call) async throws -> Response {
        let page = try await topics.topics(
            of: call.userId(), tenant: call.tenant, after: call.after(UUID.init), limit: call.limit())
        return Response(json: ["items": .array(page.items.map(\.json)), "next": JSON(page.next?.cursor.text)])
    }

    private func topic(of call: Call) async throws -> Topic {
        guard let topic = try await topics.topic(call.topicName(), tenant: call.tenant) else { throw Problem.notFound }
        return topic
    }
}
