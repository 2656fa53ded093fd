import Documents
import Foundation
import Hummingbird
import Logging
import Notifications
import Queue
import Telemetry

/// Sending, and what became of it.
struct NotificationEndpoints: Sendable {
    let bodies: BodyReader
    let intake: Intake
    let writer: NotificationWriter
    let store: NotificationStore
    let inbox: Inbox
    let log: EventLog
    let queue: DeliveryQueue
    let clock: ServerClock
    let metrics: AcceptMetrics
    let limiter: RateLimiter
    let gate: LoadGate
    let logger: Logger

    var all: [Endpoint] {
        [
            Endpoint(.post, "/v1/notifications", .send, use: send),
            Endpoint(.get, "/v1/notifications/{id}", .read, use: document),
            Endpoint(.get, "/v1/notifications/{id}/events", .read, use: timeline),
            Endpoint(.patch, "/v1/notifications/{id}/read", .send, use: markRead),
        ]
    }

    private func send(_ call: Call) async throws -> Response {
        let key = try IdempotencyKey(call.request.headers)
        let (object, bytes) = try await bodies.object(of: call.request)
        let now = clock.now
        var draft = try intake.draft(object, bodyBytes: bytes.count, at: now)
        draft.requestId = call.requestId
        draft.trace = call.request.headers[.traceparent].flatMap(TraceContext.init)
        // Before anything is looked up, so that sending away costs little.
        try gate.admit(draft)
        limiter.charge(call.caller, recipients: draft.to.count)
        let plans = try await intake.plans(draft, tenant: call.tenant, at: now)
        let answer = try AcceptedAnswer(plans, isList: draft.isList).body
        let submission = Submission(
            tenant: call.tenant, notifications: plans.notifications,
            claim: key?.claim(body: bytes, answer: answer))
        switch try await writer.write(submission) {
        case .accepted:
            metrics.count(submission.notifications, took: ContinuousClock.now - call.start)
            log(submission.notifications, of: call)
            return AcceptedAnswer.response(answer, isReplay: false)
        case .replay(let first): return AcceptedAnswer.response(first, isReplay: true)
        case .conflict: throw Problem.idempotencyKeyReused
        }
    }

    /// One line for each request, which has the ids by which the workers' lines can be found.
    private func log(_ accepted: [AcceptedNotification], of call: Call) {
        guard let first = accepted.first else { return }
        logger.debug(
            "accepted",
            metadata: [
                "requestId": "\(call.requestId)", "notificationId": "\(first.id.text)", "count": "\(accepted.count)",
                "traceId": first.content.trace.map { "\($0.traceId)" },
            ].compactMapValues { $0 })
    }

    private func document(_ call: Call) async throws -> Response {
        guard let document = try await store.document(call.notificationId(), tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: document.json)
    }

    private func timeline(_ call: Call) async throws -> Response {
        let id = try call.notificationId()
        let events = try await log.timeline(of: id, tenant: call.tenant)
        // A notification without events yet is not the same as none at all.
        if events.isEmpty, try await store.document(id, tenant: call.tenant) == nil { throw Problem.notFound }
        return Response(json: ["events": .array(events.map(\.json))])
    }

    private func markRead(_ call: Call) async throws -> Response {
        guard let read = try await inbox.markRead(call.notificationId(), tenant: call.tenant, at: clock.now) else {
            throw Problem.notFound
        }
        if let event = read.event {
            do { try await queue.publish([event]) } catch {
                logger.warning("an event was not published", metadata: ["error": "\(error)"])
            }
        }
        return Response(json: read.document.json)
    }
}
