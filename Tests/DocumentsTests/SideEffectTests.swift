import Documents
import Foundation
import Notifications
import Postgres
import Testing

/// What an outcome leaves behind besides a status.
@Suite struct SideEffectTests {
    @Test func aFailureForGoodIsADeadLetter() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let permit = try await database.permits().grant(sample.id)
            _ = try await database.record(permit.settled(.failed, failure: Report.refused))
            let rows = try await database.pool.query(
                "SELECT notification_id, route, tenant, round, attempts, provider, reason FROM dead_letters")
            let row = try #require(rows.first)
            #expect(try row.get(0) == sample.id)
            #expect(try [row.get(1), row.get(2), row.get(5)] == ["email", "acme", "simulator"])
            #expect(try [row.get(3), row.get(4)] == [Int32(1), 1])
            #expect(try JSON(parsing: row.get(6, as: JSONB.self).text) == Report.refused.json)
        }
    }

    @Test func theLastRoundsDeadLetterReplacesTheFirst() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            var permit = try await database.permits().grant(sample.id)
            _ = try await database.record(permit.settled(.failed, failure: Report.refused))
            try await database.redrive(sample.id, round: 2)
            permit = try await database.permits().grant(sample.id)
            _ = try await database.record(permit.settled(.failed, failure: Report.busy))
            let rows = try await database.pool.query("SELECT round, reason ->> 'code' FROM dead_letters")
            try #require(rows.count == 1)
            #expect(try rows[0].get(0, as: Int32.self) == 2)
            #expect(try rows[0].get(1, as: String.self) == "busy")
        }
    }

    @Test func anUnknownIsNoDeadLetter() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(["delivery": "atMostOnce"]))
            let permit = try await database.permits().grant(sample.id)
            _ = try await database.record(permit.settled(.unknown, failure: .permitLost))
            #expect(try await database.count("dead_letters") == 0)
            #expect(try await database.channels(sample.id)[.email]?.status == .unknown)
        }
    }

    @Test func inAppThatWasDueLaterComesToLieInTheInbox() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Self.later())
            #expect(sample.channels[.inApp]?.status == .scheduled)
            let permit = try await Self.due(sample, in: database)
            let recorded = try await database.record(permit.settled(.unread))
            #expect(recorded.events.map(\.status) == ["unread"])
            #expect(try await database.channels(sample.id)[.inApp]?.status == .unread)
            #expect(try await database.count("inbox_unread WHERE user_id = 'ada'") == 1)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    /// The first worker's report comes late, the user reads, then the second worker reports the same.
    @Test func whatWasReadMeanwhileIsNotUnreadAgain() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Self.later())
            let late = try await Self.due(sample, in: database)
            try await database.abandonPermit(of: sample.id)
            let current = try await database.permits().grant(sample.id, on: .inApp)
            _ = try await database.record(late.settled(.unread))
            _ = try await Inbox(pool: database.pool).markRead(sample.id, tenant: "acme", at: Sample.moment)
            #expect(try await database.record(current.settled(.unread)).wasCurrent)
            #expect(try await database.channels(sample.id)[.inApp]?.status == .read)
            #expect(try await database.count("inbox_unread") == 0)
        }
    }

    /// In-app that is to be delivered in a minute.
    private static func later() -> AcceptedNotification {
        Sample.notification(
            ["channels": ["inApp"], "sendAt": .string(Timestamp.text(Sample.moment.addingTimeInterval(60)))],
            to: ["userId": "ada"])
    }

    private static func due(_ sample: AcceptedNotification, in database: TestDatabase) async throws -> Permit {
        try await database.alterDelivery(sample.id, set: "not_before = now()")
        return try await database.permits().grant(sample.id, on: .inApp)
    }
}
