import Documents
import Foundation
import Hummingbird
import Notifications

/// Sending to topics, and what became of it.
struct BroadcastEndpoints: Sendable {
    let intake: Intake
    let topics: TopicStore
    let broadcasts: BroadcastStore
    let writer: NotificationWriter

    /// How long a caller waits for everything that was made to be taken back: 100,000 take about a second.
    private static let patience: Duration = .seconds(20)

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/broadcasts", .read, use: list),
            Endpoint(.get, "/v1/broadcasts/{id}", .read, use: one),
            Endpoint(.post, "/v1/broadcasts/{id}/cancel", .send, use: cancel),
        ]
    }

    /// Accepts a request to notify a topic: at once, however many there are in it.
    func accept(
        _ draft: NotificationDraft, _ object: JSONObject, _ call: Call, _ key: IdempotencyKey?, body bytes: [UInt8],
        at now: Date
    ) async throws -> Response {
        let topic: Topic
        do { topic = try await topicOfSound(draft, tenant: call.tenant) } catch let problem as Problem {
            // It may have been sound when the key came first; a repeat is still a repeat.
            guard let claim = key?.claim(body: bytes, answer: ""),
                let stored = try await writer.stored(claim, tenant: call.tenant)
            else { throw problem }
            return try AcceptedAnswer.repeated(stored)
        }
        let request = try await intake.pinned(object, of: draft, tenant: call.tenant)
        let broadcast = Broadcast(
            id: .version7(at: now), tenant: call.tenant, topic: topic.name, topicId: topic.id,
            subscribers: topic.subscribers, request: .object(request), requestId: draft.requestId, trace: draft.trace,
            isTest: draft.isTest, createdAt: now)
        let answer = AcceptedAnswer(broadcast)
        let written = try await writer.write(
            Submission(
                tenant: call.tenant, notifications: [], claim: key?.claim(body: bytes, answer: answer.body),
                broadcast: broadcast))
        return written == .accepted ? answer.response : try AcceptedAnswer.repeated(written)
    }

    /// The topic of a request in which nothing is wrong for all its subscribers.
    private func topicOfSound(_ draft: NotificationDraft, tenant: String) async throws -> Topic {
        guard let topic = try await topics.topic(draft.topic ?? "", tenant: tenant) else {
            throw Problem.invalid("to.topic", .invalid, "is not a known topic")
        }
        try await intake.checkForAnybody(draft, tenant: tenant)
        return topic
    }

    private func list(_ call: Call) async throws -> Response {
        let page = try await broadcasts.page(tenant: call.tenant, after: call.after(UUID.init), limit: call.limit())
        return Response(json: ["items": .array(page.items.map(\.json)), "next": JSON(page.next?.cursor.text)])
    }

    private func one(_ call: Call) async throws -> Response {
        guard let broadcast = try await broadcasts.broadcast(call.notificationId(), tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: broadcast.json)
    }

    private func cancel(_ call: Call) async throws -> Response {
        let id = try call.notificationId()
        if call.caller.isTest, try await broadcasts.broadcast(id, tenant: call.tenant)?.isTest == false {
            throw Problem.liveKeyNeeded
        }
        let cancelled = try await broadcasts.cancel(
            id, tenant: call.tenant, patience: BroadcastEndpoints.patience)
        guard let cancelled else { throw Problem.notFound }
        return Response(json: cancelled.json)
    }
}
