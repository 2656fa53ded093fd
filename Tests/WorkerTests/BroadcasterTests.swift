import Documents
import Foundation
import Notifications
import Postgres
import Queue
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Worker

/// Notifications of a topic's subscribers, made by the clerk.
@Suite struct BroadcasterTests {
    /// Every third commit fails at its very end, every planning of some pages too, and two processes are at it at once,
    /// as when the lock has just changed hands.
    @Test func everySubscriberGetsOneNotificationWhateverFails() async throws {
        // A page that is made again must not count again, or its users would be over their limit.
        let stage = try await BroadcastStage.make(limit: 1)
        let broadcast = try await stage.broadcast("news", to: BroadcastStage.users(3000))
        try await stage.failEveryThirdCommit()
        let lookUps = Atomic(0)
        stage.onPlan { _ in
            if lookUps.add(1, ordering: .relaxed).newValue % 4 == 0 { throw PostgresError.poolTimeout }
        }
        try await eventually(within: .seconds(60), "it is through") {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 { group.addTask { try await stage.broadcaster().runOnce() } }
                try await group.waitForAll()
            }
            return try await stage.read(broadcast).status == .done
        }
        let done = try await stage.read(broadcast)
        #expect(done.expanded == 3000)
        #expect(done.skipped == ["unknownUser": 30])
        #expect(done.notifications == 2970)
        #expect(try await stage.notifiedUsers() == BroadcastStage.users(3000).filter { !$0.hasSuffix("00") })
        #expect(try await stage.pipeline.openDeliveries() == 2970)
        #expect(try await stage.pipeline.pool.query("SELECT FROM recipient_times").count == 2970)
        #expect(stage.metrics.subscribers[.notified].value == 2970)
        #expect(stage.metrics.subscribers[.skipped].value == 30)

        let provider = ScriptedProvider()
        try await stage.pipeline.withWorker([.email: [provider]]) {
            try await eventually(within: .seconds(60), "all are sent") {
                try await stage.pipeline.openDeliveries() == 0
            }
        }
        #expect(provider.asked.count == 2970)
        #expect(Set(provider.asked.map(\.notificationId)).count == 2970)
        await stage.close()
    }

    @Test func cancelledHalfwayMakesNoFurtherPageAndSendsNothingMore() async throws {
        let stage = try await BroadcastStage.make()
        let broadcast = try await stage.broadcast("news", to: BroadcastStage.users(3000))
        let pages = Atomic(0)
        stage.onPlan { stage in
            guard pages.add(1, ordering: .relaxed).newValue == 4 else { return }
            let cancelled = try await stage.store.cancel(broadcast.id, tenant: "t1", patience: .seconds(60))
            #expect(cancelled?.expanded == 1500 && cancelled?.cancelled == 1485)
        }
        try await stage.broadcaster().runOnce()
        #expect(pages.load(ordering: .relaxed) == 4)
        let cancelled = try await stage.read(broadcast)
        #expect(cancelled.status == .cancelled && cancelled.expanded == 1500)
        #expect(cancelled.notifications == 1485 && cancelled.cancelled == 1485)
        #expect(cancelled.skipped == ["unknownUser": 15])
        #expect(try await stage.pipeline.openDeliveries() == 0)
        #expect(try await stage.statuses() == ["cancelled": 1485])
        #expect(try await stage.store.unsettled(limit: 10).isEmpty)
        let provider = ScriptedProvider()
        try await stage.pipeline.withWorker([.email: [provider]]) {
            try await eventually(within: .seconds(60), "the queue has forgotten them") {
                try await stage.pipeline.queue.counts(of: .email).total == 0
            }
        }
        #expect(provider.asked.isEmpty)
        await stage.close()
    }

    /// While a worker sends: what it sent and what was cancelled are together all that was made.
    @Test func sentAndCancelledAddUp() async throws {
        let stage = try await BroadcastStage.make()
        let broadcast = try await stage.broadcast("news", to: BroadcastStage.users(2000))
        let provider = ScriptedProvider()
        try await stage.pipeline.withWorker([.email: [provider]]) {
            let pages = Atomic(0)
            stage.onPlan { stage in
                guard pages.add(1, ordering: .relaxed).newValue == 3 else { return }
                try await eventually(within: .seconds(60), "some are sent") { provider.asked.count > 10 }
                _ = try await stage.store.cancel(broadcast.id, tenant: "t1", patience: .seconds(60))
            }
            try await stage.broadcaster().runOnce()
            try await eventually(within: .seconds(60), "nothing is open") {
                try await stage.pipeline.openDeliveries() == 0
            }
        }
        let cancelled = try await stage.read(broadcast)
        let statuses = try await stage.statuses()
        #expect(cancelled.expanded == 1000 && cancelled.notifications == 990)
        #expect(statuses["sent", default: 0] == provider.asked.count)
        #expect(statuses["cancelled", default: 0] == cancelled.cancelled)
        #expect(statuses.values.reduce(0, +) == 990)
        await stage.close()
    }

    @Test func smallBroadcastDoesNotWaitForALargeOneThatCameFirst() async throws {
        let stage = try await BroadcastStage.make()
        let large = try await stage.broadcast("large", to: BroadcastStage.users(2000))
        let small = try await stage.broadcast("small", to: ["u0001"])
        try await stage.broadcaster().runOnce()
        #expect(stage.committed == [large.id, small.id, large.id, large.id, large.id])
        await stage.close()
    }

    @Test func broadcastThatFailsHoldsUpNoOther() async throws {
        let stage = try await BroadcastStage.make()
        let bad = try await stage.broadcast("bad", to: ["u0001"])
        let good = try await stage.broadcast("good", to: BroadcastStage.users(600))
        stage.onPlan(of: bad.id) { _ in throw PostgresError.poolTimeout }
        try await stage.broadcaster().runOnce()
        #expect(try await stage.read(good).status == .done)
        #expect(try await stage.read(bad).status == .expanding)
        stage.onPlan { _ in }
        try await stage.broadcaster().runOnce()
        #expect(try await stage.read(bad).notifications == 1)
        await stage.close()
    }

    @Test func whoIsOverALimitIsSkippedWithTheReason() async throws {
        let stage = try await BroadcastStage.make(limit: 1)
        _ = try await stage.broadcast("first", to: ["u0001", "u0002"])
        try await stage.broadcaster().runOnce()
        let second = try await stage.broadcast("second", to: ["u0002", "u0003"])
        try await stage.broadcaster().runOnce()
        let done = try await stage.read(second)
        #expect(done.notifications == 1 && done.skipped == ["recipientLimited": 1])
        await stage.close()
    }

    @Test func howeverManyFailOthersGetTheirTurn() async throws {
        let stage = try await BroadcastStage.make()
        for number in 0..<25 { _ = try await stage.broadcast("bad\(number)", to: ["u0001"]) }
        let good = try await stage.broadcast("good", to: ["u0001"])
        stage.onPlan(ofAllBut: good.id) { _ in throw PostgresError.poolTimeout }
        try await stage.broadcaster().runOnce()
        #expect(try await stage.read(good).status == .done)
        await stage.close()
    }

    @Test func pageOfLargeTextsIsSmaller() async throws {
        let stage = try await BroadcastStage.make()
        let broadcast = try await stage.broadcast(
            "news", to: BroadcastStage.users(90), body: String(repeating: "x", count: 200_000))
        try await stage.broadcaster().runOnce()
        #expect(try await stage.read(broadcast).notifications == 89)
        #expect(stage.committed.count == 3, "8 MiB hold 41 of 200 KB")
        await stage.close()
    }

    @Test func pageThatSaysTooMuchAtOnceIsMadeInPieces() async throws {
        let stage = try await BroadcastStage.make(mostAtOnce: 150)
        let broadcast = try await stage.broadcast("news", to: BroadcastStage.users(600))
        try await stage.broadcaster().runOnce()
        let done = try await stage.read(broadcast)
        #expect(done.status == .done && done.notifications == 594 && done.skipped == ["unknownUser": 6])
        #expect(stage.committed.count == 5, "125 four times, then the rest, and nobody twice")
        await stage.close()
    }

    /// Whoever cancelled it died before anything but that was written.
    @Test func whatItsCancellerDidNotFlagIsCountedAllTheSame() async throws {
        let stage = try await BroadcastStage.make()
        let broadcast = try await stage.broadcast("news", to: BroadcastStage.users(20))
        try await stage.broadcaster().runOnce()
        try await stage.pipeline.pool.query(
            "UPDATE broadcasts SET status = 'cancelled', settled = false, last_user_id = '' WHERE id = \(broadcast.id)")
        try await stage.broadcaster().runOnce()
        let cancelled = try await stage.read(broadcast)
        #expect(cancelled.cancelled == 19)
        #expect(try await stage.statuses() == ["cancelled": 19])
        await stage.close()
    }

    /// A text that Postgres does not take, in one of a page.
    @Test func subscriberWhoseNotificationIsRefusedIsSkippedAlone() async throws {
        let stage = try await BroadcastStage.make(refused: ["u0007", "u0333"])
        let broadcast = try await stage.broadcast("news", to: BroadcastStage.users(700))
        try await stage.broadcaster().runOnce()
        let done = try await stage.read(broadcast)
        #expect(done.status == .done && done.expanded == 700)
        #expect(done.skipped == ["refused": 2, "unknownUser": 7])
        #expect(done.notifications == 691)
        await stage.close()
    }

    @Test func emptyTopicIsDoneAtOnce() async throws {
        let stage = try await BroadcastStage.make()
        let broadcast = try await stage.broadcast("nobody", to: [])
        try await stage.broadcaster().runOnce()
        let done = try await stage.read(broadcast)
        #expect(done.status == .done && done.expanded == 0 && done.endedAt != nil)
        await stage.close()
    }

    @Test func deletedTopicIsReadNoFurther() async throws {
        let stage = try await BroadcastStage.make()
        let broadcast = try await stage.broadcast("news", to: BroadcastStage.users(1500))
        let pages = Atomic(0)
        stage.onPlan { stage in
            guard pages.add(1, ordering: .relaxed).newValue == 2 else { return }
            #expect(try await stage.topics.delete("news", tenant: "t1"))
            let (topic, _) = try await stage.topics.put("news", description: nil, tenant: "t1", at: Date())
            _ = try await stage.topics.subscribe(["u1400"], to: topic.name, tenant: "t1")
        }
        try await stage.broadcaster().runOnce()
        let done = try await stage.read(broadcast)
        // The page that had been read is made.
        #expect(done.status == .done && done.expanded == 1000)
        await stage.close()
    }

    @Test func whoComesOrGoesBehindThePlaceCounts() async throws {
        let stage = try await BroadcastStage.make()
        _ = try await stage.broadcast("news", to: BroadcastStage.users(600))
        let pages = Atomic(0)
        stage.onPlan { stage in
            guard pages.add(1, ordering: .relaxed).newValue == 1 else { return }
            _ = try await stage.topics.subscribe(["a", "v"], to: "news", tenant: "t1")
            _ = try await stage.topics.unsubscribe(["u0001", "u0555"], from: "news", tenant: "t1")
        }
        try await stage.broadcaster().runOnce()
        let users = Set(try await stage.notifiedUsers())
        #expect(users.contains("u0001") && users.contains("v"))
        #expect(!users.contains("a") && !users.contains("u0555"))
        await stage.close()
    }
}
