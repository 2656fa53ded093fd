import Documents
import Foundation
import Notifications
import Postgres
import Queue
import TestSupport
import Testing

@testable import Worker

@Suite struct EraserTests {
    private static let ada = {
        var ada = Recipient(userId: "ada")
        ada.email = "ada@example.org"
        return ada
    }()

    private static let content: JSON = ["to": ["userId": "ada"], "channels": ["email"], "title": "Secret"]

    @Test func whatIsOpenIsTakenBackAndErasedInManyBatches() async throws {
        let pipeline = try await Pipeline.make()
        let store = RecipientStore(pool: pipeline.pool)
        _ = try await store.put(Self.ada, userId: "ada", tenant: "t1", replacesDevices: false)
        var ids: [UUID] = []
        for _ in 0..<5 { ids.append(try await pipeline.accept(Self.content, to: Self.ada)) }
        let last = QueuedDelivery(id: ids[4], tenant: "t1", priority: .medium, cost: 1, delay: .seconds(60))
        try await pipeline.queue.cancel([ids[4]], on: .email)
        try await pipeline.queue.enqueue([last], on: .email)
        #expect(try await pipeline.queue.counts(of: .email).scheduled == 1)
        _ = try await store.erase("ada", tenant: "t1")
        let eraser = Eraser(pool: pipeline.pool, queue: pipeline.queue, logger: pipeline.logger, batchSize: 2)
        try await eraser.runOnce()
        #expect(try await pipeline.queue.counts(of: .email).scheduled == 0, "the queue forgot them")
        #expect(try await pipeline.openDeliveries() == 0)
        for id in ids {
            let document = try #require(try await NotificationStore(pool: pipeline.pool).document(id, tenant: "t1"))
            #expect(document.content["erased"] == true)
            #expect(document.channels[.email]?.status == .cancelled)
            #expect(!document.json.text.contains("Secret"))
        }
        // Until nobody can be under way any more who knew the user, there may be more to do.
        #expect(try await Erasures(pool: pipeline.pool).open().map(\.userId) == ["ada"])
        try await pipeline.pool.query("UPDATE erasures SET requested_at = now() - interval '1 minute'")
        try await eraser.runOnce()
        #expect(try await Erasures(pool: pipeline.pool).open().isEmpty)
        await pipeline.close()
    }

    @Test func nobodyWaitsForOneWhoCannotBeErased() async throws {
        let pipeline = try await Pipeline.make()
        _ = try await pipeline.accept(Self.content, to: Self.ada)
        try await pipeline.pool.query(
            "ALTER TABLE notifications ADD CONSTRAINT stays CHECK (user_id IS NOT NULL) NOT VALID")
        try await pipeline.pool.query(
            """
            INSERT INTO erasures (tenant, user_id, requested_at)
            SELECT 't1', 'ada', now()
            UNION ALL SELECT 't1', 'user-' || n, now() - interval '1 minute' FROM generate_series(1, 50) AS n
            """)
        try await Eraser(pool: pipeline.pool, queue: pipeline.queue, logger: pipeline.logger).runOnce()
        #expect(try await Erasures(pool: pipeline.pool).open().map(\.userId) == ["ada"])
        await pipeline.close()
    }

    @Test func whatAWorkerHoldsIsErasedWhenItIsDone() async throws {
        let pipeline = try await Pipeline.make()
        let store = RecipientStore(pool: pipeline.pool)
        _ = try await store.put(Self.ada, userId: "ada", tenant: "t1", replacesDevices: false)
        let id = try await pipeline.accept(Self.content, to: Self.ada)
        let provider = ScriptedProvider(["email": [.retry(after: nil, DeliveryFailure(code: "busy", detail: ""))]])
        let eraser = Eraser(pool: pipeline.pool, queue: pipeline.queue, logger: pipeline.logger)
        try await pipeline.withWorker([.email: [provider]]) {
            try await eventually("it was tried") { !provider.asked.isEmpty }
            _ = try await store.erase("ada", tenant: "t1")
            try await eventually("it is erased") {
                try await eraser.runOnce()
                return try await NotificationStore(pool: pipeline.pool).document(id, tenant: "t1")?
                    .content["erased"] == true
            }
        }
        #expect(try await pipeline.openDeliveries() == 0)
        await pipeline.close()
    }
}
