import Documents
import Foundation
import Hummingbird
import Logging
import Notifications
import Telemetry

/// Sending, and what became of it.
struct NotificationEndpoints: Sendable {
    let bodies: BodyReader
    let intake: Intake
    let writer: NotificationWriter
    /// Told of the users whom a notification said more of.
    let onSave: @Sendable ([StaleEntry]) async -> Void
    let broadcasts: BroadcastEndpoints
    let store: NotificationStore
    let searches: Bool
    let log: EventLog
    let clock: ServerClock
    let metrics: AcceptMetrics
    let limiter: RateLimiter
    let gate: LoadGate
    let logger: Logger

    var all: [Endpoint] {
        [
            Endpoint(.post, Doorkeeper.path, .send, use: send),
            Endpoint(.post, "/v1/notifications/batch", .send, use: sendBatch),
            Endpoint(.get, "/v1/notifications", .read, use: list),
            Endpoint(.get, "/v1/notifications/{id}", .read, use: document),
            Endpoint(.get, "/v1/notifications/{id}/events", .read, use: timeline),
        ]
    }

    private func send(_ call: Call) async throws -> Response {
        let key = try IdempotencyKey(call.request.headers, isTest: call.caller.isTest)
        let (object, bytes) = try await bodies.object(of: call.request)
        let now = clock.now
        var draft = try intake.draft(object, bodyBytes: bytes.count, isTest: call.caller.isTest, at: now)
        draft.stamp(call)
        // Before anything is looked up, so that sending away costs little.
        try gate.admit(draft)
        limiter.charge(call.caller, recipients: max(1, draft.to.count))
        return try await gate.letIn { [draft] in
            if draft.topic != nil {
                return try await broadcasts.accept(draft, object, call, key, body: bytes, at: now)
            }
            return try await accept(call, key, body: bytes, at: now) {
                let plans = try await intake.plans(draft, tenant: call.tenant, at: now)
                return Planned(plans) { answers in
                    let plans = plans.settled(by: answers, at: now, place: draft.place)
                    return (plans.notifications, try AcceptedAnswer(plans, isList: draft.isList))
                }
            }
        }
    }

    /// What a request amounts to, before it is known what its users may get of it.
    struct Planned {
        typealias Settling =
            @Sendable ([LimitLedger.Answer]) throws -> (
                notifications: [AcceptedNotification], answer: AcceptedAnswer
            )

        let notifications: [AcceptedNotification]
        let settled: Settling

        /// - Parameter settled: says the rest, given an answer for each of the plans' charges; throws where nothing is
        ///   left of it.
        init(_ plans: [Intake.Plan], settled: @escaping Settling) {
            notifications = plans.notifications
            self.settled = settled
        }
    }

    /// Writes what a request amounts to and answers it, or answers it as before where its key was used.
    func accept(
        _ call: Call, _ key: IdempotencyKey?, body bytes: [UInt8], at now: Date, plan: () async throws -> Planned
    ) async throws -> Response {
        let planned: Planned
        let submission: Submission
        do {
            planned = try await plan()
            submission = try self.submission(of: planned, call, key, body: bytes, at: now)
        } catch let problem as Problem {
            // Whoever was known then may not be so now; a repeat is still a repeat.
            guard let repeated = try await repeated(key, body: bytes, tenant: call.tenant) else { throw problem }
            return repeated
        }
        let written = try await writer.write(submission)
        let limits: [LimitLedger.Answer]
        switch written {
        case .accepted: limits = []
        case .booked(let answers, _), .limited(let answers): limits = answers
        case .replay, .conflict: return try AcceptedAnswer.repeated(written)
        }
        // Throws for what is limited as a whole.
        let (notifications, answer) = try planned.settled(limits)
        await onSave(notifications.savedUsers)
        metrics.count(notifications, took: ContinuousClock.now - call.start)
        log(notifications, of: call)
        return answer.response
    }

    private func submission(
        of planned: Planned, _ call: Call, _ key: IdempotencyKey?, body bytes: [UInt8], at now: Date
    ) throws -> Submission {
        let charges = planned.notifications.compactMap(\.charge)
        guard !charges.isEmpty else {
            let (notifications, answer) = try planned.settled([])
            return Submission(
                tenant: call.tenant, notifications: notifications, claim: key?.claim(body: bytes, answer: answer.body))
        }
        let limits = Submission.Limits(charges, at: now) { [settled = planned.settled] answers in
            (try? settled(answers)).map { ($0.notifications, $0.answer.body) }
        }
        return Submission(
            tenant: call.tenant, notifications: planned.notifications, claim: key?.claim(body: bytes, answer: ""),
            limits: limits)
    }

    /// The answer to a request whose key was used before; nil for a new one.
    private func repeated(_ key: IdempotencyKey?, body bytes: [UInt8], tenant: String) async throws -> Response? {
        guard let claim = key?.claim(body: bytes, answer: ""),
            let stored = try await writer.stored(claim, tenant: tenant)
        else { return nil }
        return try AcceptedAnswer.repeated(stored)
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

    private func list(_ call: Call) async throws -> Response {
        let page = try await store.page(
            NotificationFilter(call, searches: searches), tenant: call.tenant, after: call.after(UUID.init),
            limit: call.limit())
        return Response(json: [
            "items": .array(page.items.map(\.json)), "next": JSON(page.next?.cursor.text),
        ])
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
}

extension NotificationDraft {
    /// Notes the request that it came with.
    mutating func stamp(_ call: Call) {
        requestId = call.requestId
        trace = call.request.headers[.traceparent].flatMap(TraceContext.init)
    }
}
