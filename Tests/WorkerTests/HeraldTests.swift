import Documents
import Foundation
import Notifications
import Postgres
import Queue
import Synchronization
import TestSupport
import Testing

@testable import Worker

/// From an event in the log to the call of an endpoint, over real Redis and Postgres.
@Suite(.timeLimit(.minutes(3))) struct HeraldTests {
    private static let url = "https://example.org/hook"

    @Test func endpointIsToldOfEachEventOfItsTenantAndOfNoneOfItsOwn() async throws {
        let pipeline = try await Pipeline.make()
        let hooks = EnvelopeProvider()
        let endpoint = try await pipeline.endpoint()
        let ids = try await [pipeline.acceptMail(), pipeline.acceptMail(), pipeline.acceptMail(tenant: "t2")]
        try await pipeline.withWorker([.email: [ScriptedProvider()], .webhook: [hooks]]) {
            try await eventually("all is sent") { try await pipeline.openDeliveries() == 0 }
            try await pipeline.proclaim("both are told") { hooks.told(Self.url).count == 2 }
            try await eventually("and done with") { try await pipeline.openDeliveries() == 0 }
        }
        let told = hooks.told(Self.url)
        #expect(Set(told.map { $0.body["data"]?["notificationId"]?.string }) == [ids[0].text, ids[1].text])
        for envelope in told {
            #expect(envelope.body["type"] == "notification.sent" && envelope.secrets == ["whsec_new"])
            let number = envelope.body["data"]?["id"]?.int ?? 0
            #expect(envelope.id == "evt_\(number)" && envelope.body["timestamp"]?.date != nil)
        }
        let events: Int64 = try await pipeline.pool.query("SELECT count(*) FROM delivery_events")[0].get(0)
        #expect(events == 3, "what is told by itself is no event")
        let documents: Int64 = try await pipeline.pool.query("SELECT count(*) FROM notifications")[0].get(0)
        #expect(documents == 3, "and leaves no document")
        let store = EndpointStore(pool: pipeline.pool)
        #expect(try await store.endpoint(endpoint.id, tenant: "t1")?.failingSince == nil)
        await pipeline.close()
    }

    @Test func endpointThatWasAwayIsToldOfAllOfIt() async throws {
        let pipeline = try await Pipeline.make()
        let hooks = EnvelopeProvider()
        let busy = DeliveryFailure(code: "unavailable", detail: "Down.")
        hooks.answer(.retry(after: nil, busy))
        let endpoint = try await pipeline.endpoint()
        let store = EndpointStore(pool: pipeline.pool)
        // The attempts of a notification would be spent long before.
        try await pipeline.withWorker([.email: [ScriptedProvider()], .webhook: [hooks]]) {
            for _ in 0..<10 { _ = try await pipeline.acceptMail() }
            try await pipeline.proclaim("it was tried many times") { hooks.told(Self.url).count > 60 }
            try await eventually("that shows") {
                let seen = try await store.endpoint(endpoint.id, tenant: "t1")
                return seen?.failingSince != nil && seen?.failure == busy
            }
            hooks.answer(.accepted(providerMessageId: nil))
            try await pipeline.proclaim("all ten are taken") { Set(hooks.taken(Self.url)).count == 10 }
            try await eventually(within: .seconds(30), "nothing is left") { try await pipeline.openDeliveries() == 0 }
            try await eventually("it is well again") {
                try await store.endpoint(endpoint.id, tenant: "t1")?.failingSince == nil
            }
        }
        let letters: Int64 = try await pipeline.pool.query("SELECT count(*) FROM dead_letters")[0].get(0)
        #expect(letters == 0)
        await pipeline.close()
    }

    @Test func endpointThatIsGoneIsDisabledAndNothingMoreGoesThere() async throws {
        let pipeline = try await Pipeline.make()
        let hooks = EnvelopeProvider()
        hooks.answer(.invalidRecipient(DeliveryFailure(code: "gone", detail: "Gone.")))
        let endpoint = try await pipeline.endpoint()
        let store = EndpointStore(pool: pipeline.pool)
        try await pipeline.withWorker([.email: [ScriptedProvider()], .webhook: [hooks]]) {
            _ = try await pipeline.acceptMail()
            try await pipeline.proclaim("it is disabled") {
                try await store.endpoint(endpoint.id, tenant: "t1")?.disabledReason == .gone
            }
            let calls = hooks.told(Self.url).count
            _ = try await pipeline.acceptMail()
            try await eventually("it is sent") { try await pipeline.openDeliveries() == 0 }
            try await pipeline.proclaimSome()
            #expect(hooks.told(Self.url).count == calls)
            let suppressed: Int64 = try await pipeline.pool.query("SELECT count(*) FROM suppressions")[0].get(0)
            #expect(suppressed == 0, "it is the endpoint's affair, not its URL's")
        }
        await pipeline.close()
    }

    @Test func whatAnOldURLAnswersSaysNothingOfTheNewOne() async throws {
        let pipeline = try await Pipeline.make()
        let hooks = EnvelopeProvider()
        let endpoint = try await pipeline.endpoint()
        let store = EndpointStore(pool: pipeline.pool)
        let moved = WebhookEndpoint.Terms(url: "https://example.org/moved")
        hooks.answer(.invalidRecipient(DeliveryFailure(code: "gone", detail: "Gone."))) {
            _ = try? await store.update(endpoint.id, moved, tenant: "t1")
        }
        try await pipeline.withWorker([.email: [ScriptedProvider()], .webhook: [hooks]]) {
            _ = try await pipeline.acceptMail()
            try await pipeline.proclaim("it is told") { hooks.told(Self.url).count == 1 }
            try await eventually("and done with") { try await pipeline.openDeliveries() == 0 }
        }
        let seen = try await store.endpoint(endpoint.id, tenant: "t1")
        #expect(seen?.terms == moved && seen?.disabledAt == nil && seen?.failure == nil)
        await pipeline.close()
    }

    @Test func urlAndSecretsAreReadWhenItIsSent() async throws {
        let pipeline = try await Pipeline.make()
        let hooks = EnvelopeProvider()
        let endpoint = try await pipeline.endpoint()
        let store = EndpointStore(pool: pipeline.pool)
        try await pipeline.withWorker([.email: [ScriptedProvider()]]) {
            _ = try await pipeline.acceptMail()
            try await pipeline.proclaim("its message is written") { try await pipeline.messages() == 1 }
        }
        let moved = "https://example.org/moved"
        _ = try await store.update(endpoint.id, WebhookEndpoint.Terms(url: moved), tenant: "t1")
        _ = try await store.rotate(endpoint.id, to: "whsec_newer", overlap: .seconds(60), tenant: "t1")
        try await pipeline.withWorker([.webhook: [hooks]]) {
            try await eventually("it is told") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(hooks.told(Self.url).isEmpty)
        #expect(hooks.told(moved).map(\.secrets) == [["whsec_newer", "whsec_new"]])
        await pipeline.close()
    }

    @Test func whatIsOnItsWayToAnEndpointThatWasRemovedIsDropped() async throws {
        let pipeline = try await Pipeline.make()
        let hooks = EnvelopeProvider()
        let endpoint = try await pipeline.endpoint()
        try await pipeline.withWorker([.email: [ScriptedProvider()]]) {
            _ = try await pipeline.acceptMail()
            try await pipeline.proclaim("its message is written") { try await pipeline.messages() == 1 }
        }
        #expect(try await EndpointStore(pool: pipeline.pool).delete(endpoint.id, tenant: "t1"))
        try await pipeline.withWorker([.webhook: [hooks]]) {
            try await eventually("it is dropped") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(hooks.told(Self.url).isEmpty)
        await pipeline.close()
    }

    @Test func slowEndpointLeavesWhatItCannotTakeInTheLog() async throws {
        let pipeline = try await Pipeline.make()
        let endpoint = try await pipeline.endpoint()
        try await pipeline.pool.query(
            """
            INSERT INTO delivery_events (at, notification_id, tenant, event)
            SELECT now(), id, 't1', jsonb_build_object(
                'notificationId', id, 'status', 'sent', 'previous', 'pending', 'at', '2026-11-21T00:00:00.000Z')
            FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 1300)) n
            """)
        try await pipeline.proclaim("as many as may be") {
            try await pipeline.openDeliveries() == Int64(EndpointFeed.largestBacklog)
        }
        try await pipeline.proclaimSome()
        #expect(try await pipeline.openDeliveries() == Int64(EndpointFeed.largestBacklog))
        let hooks = EnvelopeProvider()
        try await pipeline.withWorker([.webhook: [hooks]]) {
            try await pipeline.proclaim("each is told once") { hooks.taken(Self.url).count == 1300 }
            try await eventually("nothing is left") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(Set(hooks.taken(Self.url)).count == 1300)

        let store = EndpointStore(pool: pipeline.pool)
        _ = try await store.replay(endpoint.id, since: Date().addingTimeInterval(-3600), tenant: "t1")
        try await pipeline.withWorker([.webhook: [hooks]]) {
            try await pipeline.proclaim("all is told once more") {
                try await store.endpoint(endpoint.id, tenant: "t1")?.replayingSince == nil
            }
            try await eventually(within: .seconds(30), "nothing is left") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(hooks.taken(Self.url).count == 2600 && Set(hooks.taken(Self.url)).count == 1300)
        await pipeline.close()
    }

    @Test func whereNobodyWantsToKnowNothingIsWritten() async throws {
        let pipeline = try await Pipeline.make()
        let id = try await pipeline.acceptMail()
        try await pipeline.withWorker([.email: [ScriptedProvider()]]) {
            try await eventually("it is sent") { try await pipeline.openDeliveries() == 0 }
        }
        try await pipeline.proclaimSome()
        let documents = try await pipeline.pool.query("SELECT id FROM notifications").map {
            try $0.get(0, as: UUID.self)
        }
        #expect(documents == [id])
        await pipeline.close()
    }
}

/// Posts to endpoints, which all answer the same.
private final class EnvelopeProvider: Provider {
    private struct Call {
        var url: String
        var envelope: WebhookEnvelope
        var isTaken: Bool
    }

    let name = "hooks"
    let slowsDownAsOne = false
    private struct State {
        var answer = DeliveryOutcome.accepted(providerMessageId: nil)
        var meanwhile: @Sendable () async -> Void = {}
        var calls: [Call] = []
    }

    private let state = Mutex(State())

    /// - Parameter meanwhile: what happens before the answer.
    func answer(_ answer: DeliveryOutcome, after meanwhile: @escaping @Sendable () async -> Void = {}) {
        state.withLock { ($0.answer, $0.meanwhile) = (answer, meanwhile) }
    }

    func told(_ url: String) -> [WebhookEnvelope] {
        state.withLock { $0.calls.filter { $0.url == url }.map(\.envelope) }
    }

    /// The ids of what was taken.
    func taken(_ url: String) -> [String] {
        state.withLock { $0.calls.filter { $0.url == url && $0.isTaken }.map(\.envelope.id) }
    }

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .url(let url) = attempt.target.address, let envelope = attempt.envelope else {
            return .rejected(DeliveryFailure(code: "test", detail: "No envelope."))
        }
        await state.withLock(\.meanwhile)()
        return state.withLock { state in
            state.calls.append(Call(url: url, envelope: envelope, isTaken: state.answer.name == "accepted"))
            return state.answer
        }
    }
}

extension Pipeline {
    fileprivate var herald: Herald {
        Herald(pool: pool, queue: queue, clock: { Date() }, metrics: ClerkMetrics(), logger: logger)
    }

    fileprivate func endpoint() async throws -> WebhookEndpoint {
        let terms = WebhookEndpoint.Terms(url: "https://example.org/hook")
        let made = try await EndpointStore(pool: pool).insert(terms, secret: "whsec_new", tenant: "t1")
        return try #require(made)
    }

    /// Messages to endpoints that are on their way.
    fileprivate func messages() async throws -> Int64 {
        try await pool.query("SELECT count(*) FROM deliveries WHERE route = 'webhook'")[0].get(0)
    }

    fileprivate func acceptMail(tenant: String = "t1") async throws -> UUID {
        var recipient = Recipient()
        recipient.email = "a@example.org"
        return try await accept(
            ["to": recipient.json, "channels": ["email"], "title": "Hi"], to: recipient, tenant: tenant)
    }

    /// Has the clerk work a few times, for what must not happen.
    fileprivate func proclaimSome() async throws {
        let herald = herald
        for _ in 0..<5 { try await herald.runOnce() }
    }

    /// Has the clerk work until the condition holds.
    fileprivate func proclaim(_ what: String, _ condition: () async throws -> Bool) async throws {
        let herald = herald
        try await eventually(within: .seconds(60), every: .milliseconds(50), what) {
            try await herald.runOnce()
            return try await condition()
        }
    }
}
