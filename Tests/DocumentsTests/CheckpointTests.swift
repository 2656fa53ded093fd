import Documents
import Foundation
import Notifications
import Testing

/// What is kept of an attempt before it is over.
@Suite struct CheckpointTests {
    @Test func whatIsKeptLeavesTheDeliveryAsItIs() async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone", "tablet"])
            let before = try await database.delivery(permit.notificationId, on: .fcm)
            let recorded = try await database.record(permit.kept("phone"))
            #expect(!recorded.wasCurrent && recorded.events == [])
            #expect(try await database.delivery(permit.notificationId, on: .fcm) == before)
            let push = try #require(try await database.channels(permit.notificationId)[.push])
            #expect(push.status == .pending && push.targets.mapValues(\.status) == ["phone": .sent])
            let final = try await database.record(permit.settled())
            #expect(final.wasCurrent, "the permit is still good")
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func nextWorkerSendsOnlyToWhatIsLeft() async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone", "tablet", "watch"])
            _ = try await database.record(permit.kept("tablet"))
            _ = try await database.record(permit.kept("watch", .failed))
            try await database.abandonPermit(of: permit.notificationId)
            let next = try await database.permits().grant(permit.notificationId, on: .fcm)
            #expect(next.attempt == 2)
            #expect(next.openTargets.map(\.id) == ["phone"])
            #expect(Set(next.settledTargets) == [.sent, .failed])
        }
    }

    @Test func deadDeviceIsRemovedAtOnce() async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone", "tablet"])
            var record = permit.kept("phone", .failed)
            record.deadDevices = [DeadDevice(id: "phone", reason: Report.refused)]
            let recorded = try await database.record(record)
            #expect(recorded.events.map(\.outcome) == ["deviceRemoved"])
            #expect(recorded.events.map(\.status) == ["pending"])
            #expect(try await database.count("devices") == 1)
        }
    }

    /// The user removes all devices while one was reached and one is to be tried again.
    @Test func devicesThatAreGoneStillCount() async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone", "tablet"])
            var record = permit.postponed(after: .zero)
            record.result.targets["phone"]?.standing.status = .sent
            _ = try await database.record(record)
            let ada = Recipient(userId: "ada")
            _ = try await RecipientStore(pool: database.pool)
                .put(ada, userId: "ada", tenant: "acme", replacesDevices: true)
            let next = try await database.permits().grant(permit.notificationId, on: .fcm)
            #expect(next.openTargets == [] && next.settledTargets == [.sent])
            #expect(next.goneTargets.mapValues(\.status) == ["tablet": .skipped])
            let over = RouteResult(next, over: .cancelled, nil, at: Sample.moment)
            #expect(over.standing.status == .sent && over.targets.keys.sorted() == ["tablet"])
        }
    }
}

extension Permit {
    /// What a worker reports of one device before the others have answered.
    fileprivate func kept(_ id: String, _ status: DeliveryStatus = .sent) -> AttemptRecord {
        var result = result(.pending)
        result.targets = result.targets.filter { $0.key == id }
        result.targets[id]?.standing.status = status
        return AttemptRecord(permit: self, decision: .goOn, result: result, outcome: nil)
    }
}
