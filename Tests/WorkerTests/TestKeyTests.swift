import Documents
import Foundation
import Notifications
import Providers
import Queue
import Redis
import Synchronization
import TestSupport
import Testing

@testable import Worker

/// What was sent with a test key: all as usual, but that no real provider is called.
@Suite struct TestKeyTests {
    private static let devices: JSON = [
        ["id": "a", "route": "push.apns", "token": "a"], ["id": "f", "route": "push.fcm", "token": "f"],
        ["id": "e", "route": "push.expo", "token": "e"],
        ["id": "w", "route": "push.web", "subscription": ["endpoint": "https://example.org/w"]],
    ]
    private static let everywhere: JSON = [
        "userId": "u", "email": "a@example.org", "phone": "+46701234567", "webhookUrl": "https://example.org/hook",
        "chat": [
            "slack": "C1", "discord": "https://discord.com/api/webhooks/1/x", "telegram": "1",
            "whatsapp": "+46701234567",
        ],
        "devices": devices,
    ]

    @Test func noRouteComesNearARealProvider() async throws {
        let pipeline = try await Pipeline.make()
        let (real, accepts) = (ScriptedProvider(), Accepts())
        let simulator = try SimulatorProvider(
            configuration: SimulatorConfiguration(), onAccept: { accepts.note($0) })
        let recipient = Recipient(Fields(Self.everywhere.object ?? JSONObject()))
        let providers = Dictionary(uniqueKeysWithValues: Route.allCases.map { ($0, [real as any Provider]) })
        let content: JSON = ["to": Self.everywhere, "title": "Hi"]
        let test = try await pipeline.accept(content, to: recipient, isTest: true)
        try await pipeline.withWorker(providers, configure: { $0.simulator = simulator }) {
            try await eventually("all is sent") { try await pipeline.openDeliveries() == 0 }
            #expect(real.asked.isEmpty)
            let sent = accepts.all
            #expect(Set(sent.map(\.route)) == Set(Route.allCases).subtracting([.inApp]))
            #expect(sent.count == Route.allCases.count - 1 && sent.allSatisfy { $0.notificationId == test })
            for channel in NotificationChannel.allCases where channel != .inApp {
                let state = try await pipeline.state(test, channel)
                #expect(state?.status == .sent && state?.provider == "simulator")
            }
            #expect(try await pipeline.state(test, .inApp)?.status == .unread)
            #expect(try await pipeline.outcomes(test).allSatisfy { $0 == "accepted" })

            _ = try await pipeline.accept(content, to: recipient)
            try await eventually("a live one goes by the real provider") {
                try await pipeline.openDeliveries() == 0
            }
            #expect(real.asked.count == Route.allCases.count - 1)
        }
        await pipeline.close()
    }

    /// The claim draws tokens of the provider that would have sent it, and the end gives them back.
    @Test func limitsAndCircuitsOfTheRealProviderAreAsTheyWere() async throws {
        let pipeline = try await Pipeline.make()
        let limits = ProviderLimits(ratePerSecond: 0.01, burst: 30)
        try await pipeline.limits.set(limits, route: .email, provider: "scripted")
        let real = ScriptedProvider()
        var failing = SimulatorConfiguration()
        failing.retryRate = 0.6
        let simulator = try SimulatorProvider(configuration: failing)
        let circuits = CircuitPolicy(failurePercent: 1, minimumVolume: 1)
        var policy = RetryPolicy.quick
        policy.maximumAttempts = 100
        try await pipeline.withWorker(
            [.email: [real]], policy: policy, circuits: circuits, configure: { $0.simulator = simulator }
        ) {
            try await pipeline.fillBucket(of: "scripted")
            for index in 0..<20 {
                var recipient = Recipient()
                recipient.email = "a\(index)@example.org"
                let content: JSON = ["to": recipient.json, "channels": ["email"], "title": "Hi"]
                _ = try await pipeline.accept(content, to: recipient, isTest: true)
            }
            try await eventually(within: .seconds(60), "all is done, in more attempts than there are tokens") {
                try await pipeline.openDeliveries() == 0
            }
        }
        let usage = try await pipeline.queue.usage(of: [(.email, LimitedProvider(name: "scripted", limits: limits))])
        // Less what a bucket that was full would have lost meanwhile.
        #expect(usage[0].tokens.map { $0 >= 25 } == true && usage[0].circuit == .closed)
        #expect(usage[0].failurePercent == nil)
        #expect(real.asked.isEmpty)
        await pipeline.close()
    }

    @Test func addressThatASimulatorCallsDeadIsNotHeldAgainstItsOwner() async throws {
        let pipeline = try await Pipeline.make()
        var dead = SimulatorConfiguration()
        dead.invalidRecipientRate = 1
        let simulator = try SimulatorProvider(configuration: dead)
        var recipient = Recipient(userId: "u")
        recipient.email = "a@example.org"
        recipient.devices = [Device(id: "phone", route: .fcm, token: "t")]
        let store = RecipientStore(pool: pipeline.pool)
        _ = try await store.put(recipient, userId: "u", tenant: "t1", replacesDevices: true)
        let content: JSON = ["to": ["userId": "u"], "channels": ["email", "push"], "title": "Hi"]
        let test = try await pipeline.accept(content, to: recipient, isTest: true)
        let real = ScriptedProvider()
        try await pipeline.withWorker([.email: [real], .fcm: [real]], configure: { $0.simulator = simulator }) {
            try await eventually("it failed") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(try await pipeline.state(test, .email)?.status == .failed)
        #expect(try await store.user("u", tenant: "t1")?.devices.count == 1)
        let suppressed = try await SuppressionStore(pool: pipeline.pool).suppression(
            of: "a@example.org", on: .email, tenant: "t1")
        #expect(suppressed == nil)
        await pipeline.close()
    }

    @Test func withoutASimulatorNothingIsSent() async throws {
        let pipeline = try await Pipeline.make()
        let real = ScriptedProvider()
        var recipient = Recipient()
        recipient.email = "a@example.org"
        let content: JSON = ["to": recipient.json, "channels": ["email"], "title": "Hi"]
        let id = try await pipeline.accept(content, to: recipient, isTest: true)
        try await pipeline.withWorker([.email: [real]]) {
            try await eventually("it failed") { try await pipeline.state(id, .email)?.status == .failed }
        }
        #expect(real.asked.isEmpty)
        await pipeline.close()
    }
}

extension Pipeline {
    /// A bucket that Redis does not know begins empty.
    fileprivate func fillBucket(of provider: String) async throws {
        var epoch: String?
        try await eventually("a worker knows the route") {
            epoch = try await redis.execute(RedisCommand("HGET", RedisArgument("\(namespace):{email}:meta"), "epoch"))
                .string
            return epoch != nil
        }
        _ = try await redis.execute(
            RedisCommand(
                "HSET", RedisArgument("\(namespace):{email}:bucket:\(provider)"), "epoch",
                RedisArgument(epoch ?? ""), "tat", "0"))
    }
}

/// What a simulator took.
private final class Accepts: Sendable {
    private let accepts = Mutex<[SimulatorAccept]>([])

    var all: [SimulatorAccept] { accepts.withLock { $0 } }

    func note(_ accept: SimulatorAccept) { accepts.withLock { $0.append(accept) } }
}
