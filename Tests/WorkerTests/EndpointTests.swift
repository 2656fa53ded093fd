import Documents
import Foundation
import Notifications
import Postgres
import Queue
import Redis
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Worker

/// Deliveries to endpoints of which some fail, over real Redis and Postgres.
@Suite struct EndpointTests {
    private static let dead = "https://dead.test/"
    private static let healthy = "https://healthy.test/"
    private static let failure = DeliveryFailure(code: "unavailable", detail: "Down.")
    /// What failed, or was put off, does not come back within the test.
    private static let slow = RetryPolicy(
        base: .seconds(600), factor: 1, cap: .seconds(600), throttleFloor: .seconds(600))
    /// It comes back all the time.
    private static let quick = RetryPolicy(
        base: .milliseconds(20), cap: .milliseconds(50), maximumAttempts: 1000, throttleFloor: .zero)
    private static let opening = #"belfry_endpoint_openings_total{route="webhook"} 1"#

    @Test func endpointThatFailsIsLeftAloneAndTheOthersAreNot() async throws {
        let pipeline = try await Pipeline.make()
        let provider = HookProvider([Self.dead: .retry(after: .seconds(600), Self.failure)])
        let registry = MetricsRegistry()
        _ = try await pipeline.acceptHooks(5, to: Self.dead)
        try await pipeline.withWorker(
            [.webhook: [provider]], policy: Self.slow, circuits: CircuitPolicy(coolDown: .seconds(600)),
            metrics: registry
        ) {
            try await eventually("five calls say enough") { await registry.text().contains(Self.opening) }
            let waiting = try await pipeline.acceptHooks(50, to: Self.dead)
            let sent = try await pipeline.acceptHooks(50, to: Self.healthy)
            for id in sent {
                try await eventually("sent") { try await pipeline.state(id, .webhook)?.status == .sent }
            }
            for id in waiting {
                try await eventually("put off") {
                    try await pipeline.state(id, .webhook)?.failure == .endpointUnavailable
                }
            }
            #expect(provider.calls(of: Self.dead) == 5)
            #expect(provider.calls(of: Self.healthy) == 50)
            #expect(await registry.text().contains(#"belfry_deliveries_put_off_total{route="webhook"} 50"#))
            let spent: Int64 = try await pipeline.pool.query(
                "SELECT sum(attempts)::int8 FROM deliveries WHERE notification_id = ANY(\(waiting))")[0].get(0)
            #expect(spent == 0, "which spends no attempt")
            let soon: Int64 = try await pipeline.pool.query(
                "SELECT count(*) FROM deliveries WHERE not_before < now() + interval '300 s'")[0].get(0)
            #expect(soon == 0, "nor asks again at once")
            #expect(try await pipeline.usage(of: "hooks").circuit == .closed)
        }
        await pipeline.close()
    }

    @Test func probeBringsItBackAndNothingIsLost() async throws {
        let pipeline = try await Pipeline.make()
        let provider = HookProvider([Self.dead: .unknown(Self.failure)])
        let ids = try await pipeline.acceptHooks(20, to: Self.dead)
        try await pipeline.withWorker(
            [.webhook: [provider]], policy: Self.quick, circuits: CircuitPolicy(coolDown: .milliseconds(50))
        ) {
            try await eventually("it was probed a few times") {
                try await pipeline.coolDown >= .milliseconds(400)
            }
            #expect(provider.calls(of: Self.dead) < 60, "a handful of probes after those that were under way")
            for id in ids.prefix(3) {
                let said = try await pipeline.timeline(id).filter { $0.failure == .endpointUnavailable }
                let calls = try await pipeline.timeline(id).filter { $0.failure == Self.failure }
                #expect(said.count <= calls.count + 1, "that it waits is said once, however often it is put off")
            }
            provider.answer(.accepted(providerMessageId: nil), at: Self.dead)
            try await eventually(within: .seconds(60), "all is sent") { try await pipeline.openDeliveries() == 0 }
        }
        for id in ids { #expect(try await pipeline.state(id, .webhook)?.status == .sent) }
        await pipeline.close()
    }

    @Test func whatIsPutOffIsNotCalledProcessingEachTime() async throws {
        let pipeline = try await Pipeline.make()
        let provider = HookProvider([Self.dead: .retry(after: nil, Self.failure)])
        let heard = Mutex<[String]>([])
        let ids = try await pipeline.acceptHooks(6, to: Self.dead)
        let hearing = Task {
            let subscriber = RedisSubscriber(configuration: pipeline.redisConfiguration, logger: pipeline.logger)
            for await message in subscriber.messages(channels: [StatusEvent.topic(tenant: "t1")]) {
                if case .message(_, let payload) = message {
                    let event = try? JSON(parsing: payload)
                    let id = event?["notificationId"]?.string ?? ""
                    if event?["status"] == "processing", ids.contains(where: { $0.text == id }) {
                        heard.withLock { $0.append(id) }
                    }
                } else {
                    heard.withLock { $0.append("") }
                }
            }
        }
        try await eventually("somebody listens") { !heard.withLock(\.isEmpty) }
        try await pipeline.withWorker(
            [.webhook: [provider]], policy: Self.quick, circuits: CircuitPolicy(coolDown: .milliseconds(50))
        ) {
            try await eventually("it was probed a few times") {
                try await pipeline.coolDown >= .milliseconds(400)
            }
        }
        hearing.cancel()
        await hearing.value
        let begun = heard.withLock(\.count) - 1
        #expect(begun <= ids.count + provider.calls(of: Self.dead), "only what is called, or was not put off before")
        await pipeline.close()
    }

    @Test func whatWaitsForAnEndpointExpiresInItsTime() async throws {
        let pipeline = try await Pipeline.make()
        let provider = HookProvider([Self.dead: .retry(after: nil, Self.failure)])
        let ids = try await pipeline.acceptHooks(8, to: Self.dead)
        try await pipeline.withWorker(
            [.webhook: [provider]], policy: Self.quick, circuits: CircuitPolicy(coolDown: .seconds(600))
        ) {
            for id in ids {
                try await eventually("put off") {
                    try await pipeline.state(id, .webhook)?.failure == .endpointUnavailable
                }
            }
            try await pipeline.pool.query("UPDATE deliveries SET expires_at = now()")
            for id in ids {
                try await eventually("expired") { try await pipeline.state(id, .webhook)?.status == .expired }
            }
        }
        await pipeline.close()
    }

    @Test func nothingMoreGoesToAnEndpointThatIsGoneUntilItIsLifted() async throws {
        let pipeline = try await Pipeline.make()
        let gone = DeliveryFailure(code: "gone", detail: "Gone.")
        let provider = HookProvider([Self.dead: .invalidRecipient(gone)])
        try await pipeline.withWorker([.webhook: [provider]]) {
            func end(of id: UUID) async throws -> ChannelState? {
                try await eventually("ended") { try await pipeline.state(id, .webhook)?.status.isOpen == false }
                return try await pipeline.state(id, .webhook)
            }
            let first = try await end(of: try await pipeline.acceptHooks(1, to: Self.dead)[0])
            #expect(first?.status == .failed && first?.failure == gone)
            let second = try await end(of: try await pipeline.acceptHooks(1, to: Self.dead)[0])
            #expect(second?.status == .skipped && second?.failure == .suppressed(.bounced))
            #expect(try await end(of: try await pipeline.acceptHooks(1, to: Self.healthy)[0])?.status == .sent)
            #expect(provider.calls(of: Self.dead) == 1)

            provider.answer(.accepted(providerMessageId: nil), at: Self.dead)
            let store = SuppressionStore(pool: pipeline.pool)
            #expect(try await store.lift(Self.dead, on: .webhook, tenant: "t1"))
            #expect(try await end(of: try await pipeline.acceptHooks(1, to: Self.dead)[0])?.status == .sent)
        }
        await pipeline.close()
    }
}

/// Posts to URLs, each of which answers for itself.
private final class HookProvider: Provider {
    let name = "hooks"
    let slowsDownAsOne = false
    private let state: Mutex<(answers: [String: DeliveryOutcome], calls: [String: Int])>

    /// - Parameter answers: by URL; all others accept.
    init(_ answers: [String: DeliveryOutcome]) {
        state = Mutex((answers: answers, calls: [:]))
    }

    func calls(of url: String) -> Int { state.withLock { $0.calls[url, default: 0] } }

    func answer(_ answer: DeliveryOutcome, at url: String) { state.withLock { $0.answers[url] = answer } }

    func endpoint(of attempt: DeliveryAttempt) -> String? {
        if case .url(let url) = attempt.target.address { String(url.dropFirst(8).dropLast()) } else { nil }
    }

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .url(let url) = attempt.target.address else {
            return .rejected(DeliveryFailure(code: "wrongAddress", detail: "No URL."))
        }
        return state.withLock { state in
            state.calls[url, default: 0] += 1
            return state.answers[url] ?? .accepted(providerMessageId: nil)
        }
    }
}

extension Pipeline {
    fileprivate func acceptHooks(_ count: Int, to url: String) async throws -> [UUID] {
        var recipient = Recipient()
        recipient.webhookUrl = url
        var ids: [UUID] = []
        for index in 0..<count {
            ids.append(
                try await accept(
                    ["to": ["webhookUrl": .string(url)], "channels": ["webhook"], "title": .string("Hi \(index)")],
                    to: recipient))
        }
        return ids
    }

    fileprivate func timeline(_ id: UUID) async throws -> [StatusEvent] {
        try await EventLog(pool: pool).timeline(of: id, tenant: "t1")
    }

    fileprivate func usage(of circuit: String) async throws -> ProviderUsage {
        try await queue.usage(of: [(.webhook, LimitedProvider(name: circuit, limits: .none))])[0]
    }

    /// The last one of the dead endpoint.
    fileprivate var coolDown: Duration {
        get async throws {
            let key = RedisArgument("\(namespace):{webhook}:circuit:hooks/dead.test")
            let stored = try await redis.execute(RedisCommand("HGET", key, "coolDown")).string
            return .milliseconds(Int64(stored ?? "") ?? 0)
        }
    }
}
