import Documents
import Foundation
import Notifications
import Queue
import Redis
import Synchronization
import TestSupport
import Testing

@testable import Worker

/// Limits as providers see them: what is called when, by several workers at once.
struct ProviderLimitTests {
    private let failure = DeliveryFailure(code: "busy", detail: "Slow down.")

    @Test func capHoldsForFourWorkersThroughAWipe() async throws {
        let pipeline = try await Pipeline.make()
        try await pipeline.limits.set(ProviderLimits(maxConcurrent: 3), route: .email, provider: "crowded")
        let provider = CrowdedProvider()
        for index in 0..<60 { _ = try await pipeline.acceptMail("Hi \(index)") }
        let providers: [Route: [any Provider]] = [.email: [provider]]
        // However slow the machine: a call that may begin ends before its slot does.
        let timing = DeliveryTiming(
            callDeadline: .seconds(2), permit: .seconds(3), lease: .seconds(5), grace: .milliseconds(200))
        try await pipeline.withWorker(providers, timing: timing) {
            try await pipeline.withWorker(providers, timing: timing) {
                try await pipeline.withWorker(providers, timing: timing) {
                    try await pipeline.withWorker(providers, timing: timing) {
                        try await eventually("some are sent") { provider.count >= 15 }
                        try await pipeline.wipe()
                        try await eventually(within: .seconds(60), "all done") {
                            try await pipeline.openDeliveries() == 0
                        }
                    }
                }
            }
        }
        #expect(provider.most == 3, "as many as allowed, and never more")
        #expect(provider.count == 60)
        await pipeline.close()
    }

    @Test func providerThatIsBusyIsLeftAloneByAll() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider(["email": [.throttled(after: .seconds(600), failure)]])
        let spare = CrowdedProvider()
        let first = try await pipeline.acceptMail("First")
        try await pipeline.withWorker([.email: [provider, spare]]) {
            try await eventually("it is blocked") {
                try await pipeline.queue.usage(of: [
                    (.email, LimitedProvider(name: "scripted", limits: .none))
                ])[0].blocked != nil
            }
            let second = try await pipeline.acceptMail("Second")
            for id in [first, second] {
                try await eventually("the other one sends") {
                    try await pipeline.state(id, .email)?.provider == "crowded"
                }
            }
        }
        #expect(provider.asked.map(\.notificationId) == [first])
        #expect(try await pipeline.state(first, .email)?.attempts == 1, "being throttled spends no attempt")
        await pipeline.close()
    }

    @Test func waitingForTokensSpendsNoAttempt() async throws {
        let pipeline = try await Pipeline.make()
        try await pipeline.limits.set(
            ProviderLimits(ratePerSecond: 20, burst: 2), route: .email, provider: "scripted")
        let provider = ScriptedProvider()
        for index in 0..<10 { _ = try await pipeline.acceptMail("Hi \(index)") }
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually(within: .seconds(30), "all sent") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(provider.asked.map(\.number) == Array(repeating: 1, count: 10))
        await pipeline.close()
    }

    @Test func oneReceiversWordIsNotMeantForAll() {
        let outcomes = [
            "a": DeliveryOutcome.throttled(after: .seconds(9), failure), "b": .accepted(providerMessageId: nil),
            "c": .throttled(after: .zero, .permitEnding),
        ]
        let job = ClaimedJob(id: UUID(), route: .fcm, token: 0)
        let shared = AttemptUsage(outcomes, took: .zero, of: job, by: ScriptedProvider(), policy: .quick)
        #expect(shared.calls == 2)
        #expect(shared.block == ProviderBlock(route: .fcm, provider: "scripted", wait: .seconds(9)))
        #expect(shared.results?.speakForAll == true && shared.results?.well == 1 && shared.results?.failed == 0)
        let each = AttemptUsage(outcomes, took: .zero, of: job, by: CrowdedProvider(), policy: .quick)
        #expect(each.calls == 2 && each.block == nil && each.results?.speakForAll == false)
    }

    @Test func callMayCostMoreThanOneToken() {
        var usage = AttemptUsage()
        usage.calls = 2
        #expect(usage.tokens == 2)
        usage.callCost = 3
        #expect(usage.tokens == 6)
    }
}

/// Counts who is in it at once.
private final class CrowdedProvider: Provider {
    let name = "crowded"
    let slowsDownAsOne = false
    private let crowd = Mutex((now: 0, most: 0, count: 0))

    var most: Int { crowd.withLock { $0.most } }
    var count: Int { crowd.withLock { $0.count } }

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        crowd.withLock { crowd in
            crowd.now += 1
            crowd.count += 1
            crowd.most = max(crowd.most, crowd.now)
        }
        try? await Task.sleep(for: .milliseconds(20))
        crowd.withLock { $0.now -= 1 }
        return .accepted(providerMessageId: nil)
    }
}

extension Pipeline {
    fileprivate func acceptMail(_ title: String) async throws -> UUID {
        try await accept(
            ["to": ["email": "a@example.com"], "channels": ["email"], "title": .string(title)],
            to: .email("a@example.com"))
    }

    /// Redis forgets all of it.
    fileprivate func wipe() async throws {
        let script = RedisScript(
            name: "wipe",
            source: "for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':*')) do redis.call('DEL', key) end")
        _ = try await redis.evaluate(script, arguments: [RedisArgument(namespace)])
    }
}
