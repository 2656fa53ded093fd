import Documents
import Foundation
import Notifications
import Postgres
import Queue
import TestSupport
import Testing

@testable import Worker

/// What a worker does with what its recipient does not want, or not now.
@Suite struct SendingRulesTests {
    @Test func whatIsQuietNowWaitsAndIsSentLater() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider(["email": [.accepted(providerMessageId: "m")]])
        let id = try await pipeline.acceptForAda()
        var preferences = Preferences()
        let minute = Int(Date().timeIntervalSince1970 / 60) % 1440
        preferences.quietHours = QuietHours(
            from: (minute + 1320) % 1440, to: (minute + 120) % 1440, channels: [.email])
        try await pipeline.prefer(preferences)
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("it is put off") { try await pipeline.state(id, .email)?.status == .scheduled }
            #expect(try await pipeline.state(id, .email)?.failure?.code == "quietHours")
            #expect(provider.asked.isEmpty)
            try await pipeline.prefer(Preferences())
            try await pipeline.pool.query("UPDATE deliveries SET not_before = now()")
            // In place of waiting until the morning.
            try await eventually("the queue has it again") {
                try await pipeline.queue.cancel([id], on: .email)
                let job = QueuedDelivery(id: id, tenant: "t1", priority: .medium, cost: 1, delay: .zero)
                _ = try await pipeline.queue.enqueue([job], on: .email)
                return try await pipeline.openDeliveries() == 0
            }
        }
        #expect(try await pipeline.state(id, .email)?.status == .sent)
        #expect(try await pipeline.state(id, .email)?.failure == nil)
        #expect(provider.asked.map(\.number) == [1], "waiting was no attempt")
        await pipeline.close()
    }

    @Test func whatIsTurnedOffEndsUnsent() async throws {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider(["email": [.accepted(providerMessageId: "m")]])
        let id = try await pipeline.acceptForAda()
        var preferences = Preferences()
        preferences.types = [.transactional: [.email: false]]
        try await pipeline.prefer(preferences)
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("it is over") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(try await pipeline.state(id, .email)?.status == .skipped)
        #expect(try await pipeline.state(id, .email)?.failure?.code == "preference")
        #expect(provider.asked.isEmpty)
        await pipeline.close()
    }
}

extension Pipeline {
    fileprivate func acceptForAda() async throws -> UUID {
        var user = Recipient(userId: "ada")
        user.email = "ada@example.org"
        _ = try await RecipientStore(pool: pool).put(user, userId: "ada", tenant: "t1", replacesDevices: false)
        return try await accept(["to": ["userId": "ada"], "channels": ["email"], "title": "Hi"], to: user)
    }

    fileprivate func prefer(_ preferences: Preferences) async throws {
        #expect(try await PreferenceStore(pool: pool).set(preferences, of: "ada", tenant: "t1"))
    }
}
