import Documents
import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

/// Several routes of one document are reported by different workers at once: nothing is lost, nobody waits in a ring.
@Suite struct ConcurrentOutcomeTests {
    @Test func twoRoutesOfOneChannelInOneBatchEndInOneDocument() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(to: Sample.manyAddresses))
            let apns = try await database.permits().grant(sample.id, on: .apns)
            let fcm = try await database.permits().grant(sample.id, on: .fcm)
            let recorded = try await OutcomeRecorder(pool: database.pool)
                .record([apns.settled(), fcm.settled(.failed, failure: Report.refused)])
            #expect(recorded.map(\.wasCurrent) == [true, true])
            try await expectPush(of: sample, in: database)
        }
    }

    @Test func twoRoutesOfOneChannelFromTwoWorkersEndInOneDocument() async throws {
        try await withDatabase { database in
            let samples = (0..<50).map { _ in Sample.notification(to: Sample.manyAddresses) }
            try await database.accept(samples)
            let ids = samples.map(\.id)
            let recorder = OutcomeRecorder(pool: database.pool)
            let apns = try await database.permits().grants(ids, on: .apns).map { $0.settled() }
            let fcm = try await database.permits().grants(ids, on: .fcm)
                .map { $0.settled(.failed, failure: Report.refused) }
            async let first = recorder.record(apns)
            async let second = recorder.record(fcm.reversed())
            #expect(try await (first + second).allSatisfy(\.wasCurrent))
            for sample in samples { try await expectPush(of: sample, in: database) }
        }
    }

    /// One device has it, two failed.
    private func expectPush(of sample: AcceptedNotification, in database: TestDatabase) async throws {
        let push = try #require(try await database.channels(sample.id)[.push])
        #expect(push.status == .sent)
        #expect(push.routes == [.apns: Standing(status: .sent), .fcm: Standing(status: .failed)])
        #expect(push.targets.mapValues(\.status) == ["phone": .sent, "tablet": .failed, "watch": .failed])
        let json = push.json(for: .push)
        #expect(["deviceCount", "successCount", "failureCount"].map { json[$0]?.int } == [3, 1, 2])
        #expect(!push.isOpen)
    }

    @Test(arguments: 0..<10)
    func manyChannelsFromManyWorkersLoseNoUpdate(_ seed: UInt64) async throws {
        try await withDatabase { database in
            var random = SeededGenerator(seed: seed)
            let samples = (0..<40).map { _ in Sample.notification(to: Sample.manyAddresses) }
            try await database.accept(samples)
            var reports: [[AttemptRecord]] = []
            for route in Sample.manyRoutes {
                let permits = try await database.permits().grants(samples.map(\.id), on: route)
                reports.append(permits.map { $0.settled() }.shuffled(using: &random))
            }
            // Three workers, two routes each, in batches that overlap in every document.
            let batches = (0..<3).map { (reports[$0] + reports[$0 + 3]).shuffled(using: &random) }
            let recorder = OutcomeRecorder(pool: database.pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for batch in batches {
                    group.addTask {
                        for start in stride(from: 0, to: batch.count, by: 16) {
                            _ = try await recorder.record(Array(batch[start..<start + 16]))
                        }
                    }
                }
                try await group.waitForAll()
            }
            for sample in samples {
                let states = try await database.channels(sample.id)
                #expect(states.mapValues(\.status) == sample.channels.mapValues { _ in .sent })
                #expect(states.values.allSatisfy { $0.attempts == 1 && !$0.isOpen })
                #expect(try await database.timeline(sample.id).count == Sample.manyRoutes.count)
            }
            #expect(try await database.count("deliveries") == 0)
        }
    }

    /// Both delete what they can up to the device in the middle, which is locked; then it is let go.
    @Test func workersThatFindTheSameDevicesDeadDoNotWaitInARing() async throws {
        try await withDatabase { database in
            var user = Recipient(userId: "ada")
            user.devices = (0..<9).map { Sample.device("device-\($0)") }
            _ = try await RecipientStore(pool: database.pool)
                .put(user, userId: "ada", tenant: "acme", replacesDevices: true)
            // Among so many each device is looked up by itself, in the order of the report.
            try await database.pool.query(
                """
                INSERT INTO devices (tenant, user_id, device_id, device)
                SELECT 'acme', 'user-' || n, 'phone', '{}' FROM generate_series(1, 20000) AS n
                """)
            let samples = [0, 1].map { _ in
                Sample.notification(["channels": ["push"]], to: ["userId": "ada"], user: user)
            }
            try await database.accept(samples)
            let permits = try await database.permits().grants(samples.map(\.id), on: .fcm)
            let dead = user.devices.map(\.id)
            let records = [permits[0].settled(deadDevices: dead), permits[1].settled(deadDevices: dead.reversed())]
            let recorder = OutcomeRecorder(pool: database.pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await database.pool.transaction { connection in
                    try await connection.query("SELECT FROM devices WHERE device_id = 'device-4' FOR UPDATE")
                    for record in records { group.addTask { _ = try await recorder.record([record]) } }
                    try await database.untilWaiting(2)
                }
                try await group.waitForAll()
            }
            #expect(try await database.count("devices WHERE user_id = 'ada'") == 0)
        }
    }
}
