import Documents
import Foundation
import Notifications
import Synchronization
import TestSupport
import Testing

@testable import Worker

/// One delivery to several devices.
struct FanOutTests {
    private static let failure = DeliveryFailure(code: "busy", detail: "Try later.")
    /// Calls may take long.
    private static let patient = DeliveryTiming(
        callDeadline: .seconds(30), permit: .seconds(40), lease: .seconds(50), grace: .milliseconds(200))

    private func user(_ devices: [String]) -> Recipient {
        var recipient = Recipient(userId: "u1")
        recipient.devices = devices.map { Device(id: $0, route: .fcm, token: "token-\($0)") }
        return recipient
    }

    @Test func onlyWhatIsDoneIsTakenAndOnlyOnce() {
        var fanOut = FanOut(guarantee: .atLeastOnce)
        #expect(fanOut.takeDone() == [:])
        fanOut.note(.accepted(providerMessageId: "1"), of: "a")
        fanOut.note(.unknown(Self.failure), of: "b")
        fanOut.note(.throttled(after: .seconds(1), Self.failure), of: "c")
        #expect(fanOut.takeDone() == ["a": .accepted(providerMessageId: "1")])
        fanOut.note(.invalidRecipient(Self.failure), of: "d")
        #expect(fanOut.takeDone() == ["d": .invalidRecipient(Self.failure)])
        #expect(fanOut.takeDone() == [:])
        #expect(fanOut.kept == ["a", "d"] && fanOut.outcomes.count == 4)
        var once = FanOut(guarantee: .atMostOnce)
        once.note(.unknown(Self.failure), of: "b")
        #expect(once.takeDone() == ["b": .unknown(Self.failure)], "nobody tries that again")
    }

    @Test func whatIsDoneIsKeptWhileAnotherDeviceIsWaitedFor() async throws {
        let pipeline = try await Pipeline.make()
        let provider = GatedProvider(waiting: ["b"], dead: ["c"])
        try await pipeline.put(user(["a", "b", "c"]))
        let id = try await pipeline.accept(
            ["to": ["userId": "u1"], "channels": ["push"], "title": "Hi"], to: user(["a", "b", "c"]))
        try await pipeline.withWorker([.fcm: [provider]], timing: Self.patient) {
            try await eventually("it is kept") { try await pipeline.state(id, .push)?.targets["c"]?.status == .failed }
            let state = try #require(try await pipeline.state(id, .push))
            #expect(state.targets.mapValues(\.status) == ["a": .sent, "b": .pending, "c": .failed])
            #expect(state.status == .pending && state.targets["c"]?.failure == Self.failure)
            #expect(try await pipeline.openDeliveries() == 1)
            provider.open()
            try await eventually("done") { try await pipeline.openDeliveries() == 0 }
        }
        let state = try #require(try await pipeline.state(id, .push))
        #expect(state.status == .sent)
        #expect(state.targets.mapValues(\.status) == ["a": .sent, "b": .sent, "c": .failed])
        #expect(state.targets.values.allSatisfy { $0.route == .fcm && $0.attempts == 1 })
        #expect(provider.asked.sorted() == ["a", "b", "c"])
        #expect(try await pipeline.outcomes(id) == ["deviceRemoved", "accepted"])
        let left = try await RecipientStore(pool: pipeline.pool).user("u1", tenant: "t1")?.devices.map(\.id)
        #expect(left == ["a", "b"])
        await pipeline.close()
    }

    @Test(arguments: [(nil, 8), (3, 3)] as [(Int?, Int)])
    func noMoreAreSentToAtOnceThanTheDeliveryHasSlots(cap: Int?, most: Int) async throws {
        let pipeline = try await Pipeline.make()
        let ids = (0..<10).map { "d\($0)" }
        let provider = GatedProvider(waiting: Set(ids))
        let limits = ProviderLimits(maxConcurrent: cap)
        if cap != nil { try await pipeline.limits.set(limits, route: .fcm, provider: provider.name) }
        try await pipeline.put(user(ids))
        _ = try await pipeline.accept(
            ["to": ["userId": "u1"], "channels": ["push"], "title": "Hi"], to: user(ids))
        try await pipeline.withWorker([.fcm: [provider]], timing: Self.patient) {
            try await eventually("as many as may") { provider.asked.count == most }
            provider.open()
            try await eventually("done") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(provider.most == most)
        #expect(provider.asked.count == 10)
        await pipeline.close()
    }
}

/// Lets some devices wait until it is opened.
private final class GatedProvider: Provider {
    let name = "gated"
    private let waiting: Set<String>
    private let dead: Set<String>
    private let gate: AsyncStream<Void>
    private let opener: AsyncStream<Void>.Continuation
    private let crowd = Mutex((now: 0, most: 0, asked: [String]()))

    init(waiting: Set<String>, dead: Set<String> = []) {
        self.waiting = waiting
        self.dead = dead
        (gate, opener) = AsyncStream.makeStream()
    }

    var asked: [String] { crowd.withLock { $0.asked } }
    /// The most that were in it at once.
    var most: Int { crowd.withLock { $0.most } }

    func open() { opener.finish() }

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let id = attempt.target.id
        crowd.withLock { crowd in
            crowd.asked.append(id)
            crowd.now += 1
            crowd.most = max(crowd.most, crowd.now)
        }
        defer { crowd.withLock { $0.now -= 1 } }
        if waiting.contains(id) { for await _ in gate {} }
        if dead.contains(id) { return .invalidRecipient(DeliveryFailure(code: "busy", detail: "Try later.")) }
        return .accepted(providerMessageId: "m-\(id)")
    }
}
