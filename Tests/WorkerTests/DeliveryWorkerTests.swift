import Documents
import Foundation
import Notifications
import Postgres
import Queue
import Redis
import TestSupport
import Testing

@testable import Worker

/// The loop over real Redis and Postgres, with providers that say what they are told to.
struct DeliveryWorkerTests {
    private let failure = DeliveryFailure(code: "busy", detail: "Try later.")

    private var threeDevices: Recipient {
        var recipient = Recipient(userId: "u1")
        recipient.devices = ["a", "b", "c"].map { Device(id: $0, route: .fcm, token: "token-\($0)") }
        return recipient
    }

    @Test func oneDeliveryIsSentRecordedAndSettled() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider()
        let id = try await pipeline.accept(
            [
                "to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi",
                "overrides": ["email": ["title": "Hi!"]],
            ],
            to: .email("a@example.com"))
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("sent") { try await pipeline.state(id, .email)?.status == .sent }
            try await eventually("settled") { try await pipeline.queue.counts(of: .email).total == 0 }
        }
        let state = try #require(try await pipeline.state(id, .email))
        #expect(state.attempts == 1 && state.provider == "scripted" && state.providerMessageId == "m-email")
        #expect(state.failure == nil && state.sentAt != nil)
        #expect(provider.asked.map(\.message.title) == ["Hi!"])
        #expect(try await pipeline.outcomes(id) == ["accepted"])
        #expect(try await pipeline.openDeliveries() == 0)
        await pipeline.close()
    }

    @Test func aRetrySendsOnlyToDevicesThatAreNotDone() async throws {
        let pipeline = try await Pipeline.make()
        try await pipeline.put(threeDevices)
        let provider = ScriptedProvider([
            "b": [.throttled(after: .milliseconds(30), failure), .accepted(providerMessageId: "b2")],
            "c": [.invalidRecipient(failure)],
        ])
        let id = try await pipeline.accept(
            ["to": ["userId": "u1"], "channels": ["push"], "title": "Hi"], to: threeDevices)
        try await pipeline.withWorker([.fcm: [provider]]) {
            try await eventually("done") { try await pipeline.openDeliveries() == 0 }
        }
        let state = try #require(try await pipeline.state(id, .push))
        #expect(state.status == .sent)
        #expect(state.targets.mapValues(\.status) == ["a": .sent, "b": .sent, "c": .failed])
        #expect(provider.asked.map(\.target.id).sorted() == ["a", "b", "b", "c"])
        #expect(provider.asked.allSatisfy { $0.number == 1 }, "being throttled spends no attempt")
        let document = try #require(try await NotificationStore(pool: pipeline.pool).document(id, tenant: "t1")).json
        #expect(document["channels"]?["push"]?["deviceCount"] == 3)
        #expect(document["channels"]?["push"]?["successCount"] == 2)
        #expect(document["channels"]?["push"]?["failureCount"] == 1)
        let left = try await RecipientStore(pool: pipeline.pool).user("u1", tenant: "t1")?.devices.map(\.id)
        #expect(left == ["a", "b"], "the dead device is gone")
        await pipeline.close()
    }

    @Test func whatExpiresAfterSomeDevicesWereReachedIsStillSent() async throws {
        let pipeline = try await Pipeline.make()
        try await pipeline.put(threeDevices)
        let provider = ScriptedProvider(["c": [.retry(after: .milliseconds(1), failure)]])
        let id = try await pipeline.accept(
            ["to": ["userId": "u1"], "channels": ["push"], "title": "Hi"], to: threeDevices)
        try await pipeline.withWorker([.fcm: [provider]], policy: RetryPolicy(maximumAttempts: 1000)) {
            try await eventually("two are reached") {
                try await pipeline.state(id, .push)?.targets.values.count { $0.status == .sent } == 2
            }
            try await pipeline.pool.query("UPDATE deliveries SET expires_at = now()")
            try await eventually("done") { try await pipeline.openDeliveries() == 0 }
        }
        let state = try #require(try await pipeline.state(id, .push))
        #expect(state.status == .sent)
        #expect(state.targets.mapValues(\.status) == ["a": .sent, "b": .sent, "c": .expired])
        #expect(state.failure == nil)
        await pipeline.close()
    }

    @Test func aBellThatDiedWithItsWorkerIsRungAgain() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider()
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("the route is open") { try await pipeline.isOpen(.email) }
            // As if another worker had taken the token and died: the job is ready, and nobody has been told.
            let id = try await pipeline.acceptWithoutBell()
            try await eventually(within: .seconds(20), "sent") { try await pipeline.state(id, .email)?.status == .sent }
        }
        await pipeline.close()
    }

    @Test func outOfAttemptsIsFailedWithADeadLetter() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider(["email": [.retry(after: nil, failure)]])
        let id = try await pipeline.accept(
            ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"], to: .email("a@example.com"))
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("failed") { try await pipeline.state(id, .email)?.status == .failed }
        }
        #expect(provider.asked.map(\.number) == [1, 2, 3])
        #expect(Set(provider.asked.map(\.idempotencyKey)).count == 1)
        #expect(try await pipeline.state(id, .email)?.failure == failure)
        let letters = try await pipeline.pool.query("SELECT attempts, reason ->> 'code' FROM dead_letters")
        #expect(try letters.map { try $0.get(0, as: Int32.self) } == [3])
        #expect(try letters.map { try $0.get(1, as: String.self) } == ["busy"])
        await pipeline.close()
    }

    @Test func anUnknownIsFinalWhereNothingMayBeSentTwice() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider(["email": [.unknown(failure)]])
        let id = try await pipeline.accept(
            [
                "to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi", "delivery": "atMostOnce",
            ], to: .email("a@example.com"))
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("given up") { try await pipeline.state(id, .email)?.status == .unknown }
        }
        #expect(provider.asked.count == 1)
        #expect(try await pipeline.openDeliveries() == 0)
        await pipeline.close()
    }

    @Test func whatNobodyEnqueuedIsFoundByTheSweep() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider()
        let id = try await pipeline.accept(
            ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"], to: .email("a@example.com"),
            enqueues: false)
        let sweeper = Sweeper(
            pool: pipeline.pool, queue: pipeline.queue, timing: Pipeline.timing, scope: .recent,
            clock: { .now }, metrics: ClerkMetrics(), logger: pipeline.logger)
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("the route is open") { try await pipeline.isOpen(.email) }
            try await sweeper.runOnce()
            try await eventually("sent") { try await pipeline.state(id, .email)?.status == .sent }
            // It may have enqueued what was just being settled; the worker finds that out.
            try await eventually("forgotten") { try await pipeline.queue.counts(of: .email).total == 0 }
        }
        await pipeline.close()
    }

    @Test func aWorkerThatIsAsleepNoticesThatRedisLostItsMemory() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider()
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("the route is open") { try await pipeline.isOpen(.email) }
            try await pipeline.queue.clear(.email)
            let id = try await pipeline.accept(
                ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"], to: .email("a@example.com"),
                enqueues: false)
            try await eventually(within: .seconds(20), "sent") { try await pipeline.state(id, .email)?.status == .sent }
        }
        #expect(try await RouteSettingsStore(pool: pipeline.pool).epoch(of: .email) == 2)
        await pipeline.close()
    }

    @Test func aDeliveryThatThreeWorkersEndedWithIsPoison() async throws {
        let pipeline = try await Pipeline.make()
        let id = try await pipeline.accept(
            ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"], to: .email("a@example.com"),
            enqueues: false)
        let permits = PermitStore(pool: pipeline.pool, timing: Pipeline.timing, maximumAttempts: 10)
        for crash in 0..<3 {
            try await eventually("permit \(crash)") {
                let (answers, _) = try await permits.take([id], route: .email, provider: "p", suspects: 1)
                if case .granted = answers[id] { return true } else { return false }
            }
        }
        let provider = ScriptedProvider()
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("poison") { try await pipeline.state(id, .email)?.failure == .poison }
        }
        #expect(try await pipeline.state(id, .email)?.status == .failed)
        #expect(provider.asked.isEmpty)
        #expect(try await pipeline.outcomes(id) == ["unknown", "unknown", "unknown"])
        let letters = try await pipeline.pool.query("SELECT reason ->> 'code' FROM dead_letters")
        #expect(try letters.map { try $0.get(0, as: String.self) } == ["poison"])
        await pipeline.close()
    }

    /// A worker that was paused reports its success after others have given it up: nobody sends again.
    @Test func whatALateReportSettledIsNotSentAgain() async throws {
        let pipeline = try await Pipeline.make()
        let id = try await pipeline.accept(
            ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"], to: .email("a@example.com"),
            enqueues: false)
        let permits = PermitStore(pool: pipeline.pool, timing: Pipeline.timing, maximumAttempts: 10)
        let (answers, _) = try await permits.take([id], route: .email, provider: "slow", suspects: 1)
        guard case .granted(let permit) = answers[id] else {
            Issue.record("no permit")
            return
        }
        try await pipeline.pool.query("UPDATE deliveries SET fence = NULL, permit_until = NULL, crashes = 1")
        let late = AttemptRecord(
            permit: permit, decision: .settle(.sent, deadLetter: false),
            result: RouteResult(
                route: .email, standing: Standing(status: .sent), attempts: 1, provider: "slow", at: Date()),
            outcome: "accepted")
        let recorded = try await OutcomeRecorder(pool: pipeline.pool).record([late])
        #expect(recorded.map(\.wasCurrent) == [false])
        #expect(try await pipeline.openDeliveries() == 1)

        let provider = ScriptedProvider()
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("closed") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(provider.asked.isEmpty)
        let state = try #require(try await pipeline.state(id, .email))
        #expect(state.status == .sent && state.provider == "slow" && state.attempts == 1)
        await pipeline.close()
    }

    @Test func whatIsInTheInboxLaterIsWrittenByItsProvider() async throws {
        let pipeline = try await Pipeline.make()
        let id = try await pipeline.accept(
            ["to": ["userId": "u1"], "channels": ["inApp"], "title": "Hi", "sendAt": JSON(Date() + 0.3)],
            to: Recipient(userId: "u1"))
        #expect(try await pipeline.state(id, .inApp)?.status == .scheduled)
        try await pipeline.withWorker([.inApp: [ScriptedProvider()]]) {
            try await eventually("unread") { try await pipeline.state(id, .inApp)?.status == .unread }
        }
        let inbox = try await Inbox(pool: pipeline.pool).page(userId: "u1", tenant: "t1", after: nil, limit: 10)
        #expect(inbox.unreadCount == 1 && inbox.documents.map(\.id) == [id])
        await pipeline.close()
    }

    @Test func twoHundredDeliveriesAreEachSentOnceByTwoWorkers() async throws {
        let pipeline = try await Pipeline.make()
        var ids: Set<String> = []
        for index in 0..<200 {
            ids.insert(
                try await pipeline.accept(
                    ["to": ["email": "a@example.com"], "channels": ["email"], "title": .string("Hi \(index)")],
                    to: .email("a@example.com")
                ).text)
        }
        let (first, second) = (ScriptedProvider(), ScriptedProvider())
        try await pipeline.withWorker([.email: [first]]) {
            try await pipeline.withWorker([.email: [second]]) {
                try await eventually("all done") { try await pipeline.openDeliveries() == 0 }
            }
        }
        let sent = (first.asked + second.asked).map(\.notificationId.text)
        #expect(sent.count == 200 && Set(sent) == ids)
        await pipeline.close()
    }
}

extension Pipeline {
    func put(_ recipient: Recipient) async throws {
        _ = try await RecipientStore(pool: pool).put(
            recipient, userId: recipient.userId ?? "", tenant: "t1", replacesDevices: true)
    }

    /// Puts a job into Redis as `enqueue.lua` would, but for the bell.
    func acceptWithoutBell() async throws -> UUID {
        let id = try await accept(
            ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi"], to: .email("a@example.com"),
            enqueues: false)
        let prefix = "\(namespace):{email}"
        _ = try await redis.pipeline([
            .command(RedisCommand("HSET", "\(prefix):jobs", RedisArgument(id.text), "2:0:1:t1")),
            .command(RedisCommand("RPUSH", "\(prefix):ready:2:t1", RedisArgument(id.text))),
            .command(RedisCommand("ZADD", "\(prefix):ring:2", "0", "t1")),
        ])
        return id
    }

    func isOpen(_ route: Route) async throws -> Bool {
        let epoch = try await redis.execute(RedisCommand("HGET", "\(namespace):{\(route.rawValue)}:meta", "epoch"))
        return epoch.string != nil
    }
}

extension Recipient {
    static func email(_ address: String) -> Recipient {
        var recipient = Recipient()
        recipient.email = address
        return recipient
    }
}
