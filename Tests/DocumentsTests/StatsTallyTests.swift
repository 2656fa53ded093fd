import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

/// Counting what was accepted and what became of it.
@Suite struct StatsTallyTests {
    /// Counted behind what happens, or all in the end: it comes to the same.
    @Test(arguments: [true, false])
    func everythingIsCountedOnceUnderItsHourChannelAndType(isCountedMeanwhile: Bool) async throws {
        try await withDatabase { database in
            func count() async throws { if isCountedMeanwhile { try await database.countAll() } }
            let mails = [
                Sample.notification(["type": "alert", "channels": ["email"]]),
                Sample.notification(["channels": ["email"]]),
                // No address for it: skipped from the start.
                Sample.notification(["channels": ["email", "sms"]]),
            ]
            let inApp = Sample.notification(["channels": ["inApp"]], to: ["userId": "ada"])
            let later = Sample.notification(
                ["channels": ["inApp"], "sendAt": .string(Timestamp.text(Sample.moment.addingTimeInterval(60)))],
                to: ["userId": "ada"])
            try await database.accept(mails + [inApp, later])
            try await count()
            let store = database.permits()
            _ = try await database.record(store.grant(mails[0].id).postponed(after: .zero))
            _ = try await database.record(store.grant(mails[0].id).settled(.failed))
            try await count()
            try await database.redrive(mails[0].id, round: 2)
            _ = try await database.record(store.grant(mails[0].id).settled())
            // What was told of it came before what the worker knew.
            _ = try await database.record(store.grant(mails[1].id).settled(.delivered))
            try await count()
            _ = try await Inbox(pool: database.pool).markRead(inApp.id, tenant: "acme", at: Sample.moment)
            _ = try await Inbox(pool: database.pool).archive(inApp.id, tenant: "acme", at: Sample.moment)
            try await database.alterDelivery(later.id, set: "not_before = now()")
            _ = try await database.record(store.grant(later.id, on: .inApp).settled(.unread))
            try await database.countAll()
            try await database.countAll()
            #expect(
                try await database.figures() == [
                    "accepted": 5, "email accepted": 3, "email failed": 1, "email sent": 2, "email delivered": 1,
                    "sms accepted": 1, "sms skipped": 1, "inApp accepted": 2, "inApp unread": 2, "inApp read": 1,
                ])
            #expect(
                try await database.figures { $0.type = .alert } == [
                    "accepted": 1, "email accepted": 1, "email failed": 1, "email sent": 1,
                ])
            #expect(
                try await database.figures { $0.channel = .sms } == [
                    "accepted": 5, "sms accepted": 1, "sms skipped": 1,
                ])
            #expect(try await database.figures(tenant: "globex") == [:])
        }
    }

    @Test func hoursAndDaysBeginInUTCAndWhatEndsThemIsNotInThem() async throws {
        try await withDatabase { database in
            let day = Date(timeIntervalSince1970: (Sample.moment.timeIntervalSince1970 / 86400).rounded(.down) * 86400)
            let times = [0.0, 3599, 3600, 86399, 86400].map { day.addingTimeInterval($0) }
            try await database.accept(times.map { Sample.notification(at: $0) })
            try await database.countAll(before: day.addingTimeInterval(2 * 86400))
            func counts(_ span: Stats.Span) async throws -> [TimeInterval: Int] {
                let filter = Stats.Filter(time: day..<day.addingTimeInterval(86400), span: span)
                let figures = try await Stats(pool: database.pool).figures(filter, tenant: "acme")
                return Dictionary(
                    uniqueKeysWithValues: figures.filter { $0.channel == nil }.map {
                        ($0.at.timeIntervalSince(day), $0.count)
                    })
            }
            #expect(try await counts(.hour) == [0: 2, 3600: 1, 23 * 3600: 1])
            #expect(try await counts(.day) == [0: 4])
        }
    }

    /// Several count at once while others write, and are stopped anywhere: as processes that take over from each other.
    @Test func numbersAddUpWhoeverCountsAndWheneverTheyAreStopped() async throws {
        try await withDatabase { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 { group.addTask { try await Self.write(database) } }
                group.addTask { for _ in 0..<60 { await Self.countAndPerhapsStop(database) } }
                group.addTask { for _ in 0..<60 { await Self.countAndPerhapsStop(database) } }
                try await group.waitForAll()
            }
            try await database.countAll()
            let logged = try await database.pool.query(
                """
                SELECT event ->> 'status', count(*) FROM delivery_events
                WHERE jsonb_exists(event, 'previous') AND event ->> 'status' <> 'pending' GROUP BY 1
                """
            ).map { ("email " + (try $0.get(0, as: String.self)), Int(try $0.get(1, as: Int64.self))) }
            var expected = Dictionary(uniqueKeysWithValues: logged)
            #expect(expected["email sent", default: 0] + expected["email failed", default: 0] == 4 * 15 * 8)
            (expected["accepted"], expected["email accepted"]) = (4 * 15 * 8, 4 * 15 * 8)
            #expect(try await database.figures() == expected)
        }
    }

    private static func write(_ database: TestDatabase) async throws {
        for _ in 0..<15 {
            let samples = Sample.notifications(8)
            try await database.accept(samples)
            let permits = try await database.permits().grants(samples.map(\.id))
            let recorder = OutcomeRecorder(pool: database.pool)
            _ = try await recorder.record(permits.map { $0.settled(Bool.random() ? .sent : .failed) })
        }
    }

    private static func countAndPerhapsStop(_ database: TestDatabase) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let log = EventLog(pool: database.pool)
                guard let number = try? await log.settledNumber(patience: .seconds(1)) else { return }
                _ = try? await StatsTally(pool: database.pool).countEvents(upTo: number, at: .now)
            }
            if Bool.random() { group.cancelAll() }
        }
    }

    @Test func whatIsToldToEndpointsIsNotCounted() async throws {
        try await withDatabase { database in
            let message = EndpointMessage(testing: UUID(), at: Sample.moment)
            try await database.accept([AcceptedNotification(message, tenant: "acme", at: Sample.moment)])
            try await database.countAll()
            #expect(try await database.count("stats") == 0)
        }
    }

    @Test func itIsKnownUpToWhenAllIsCounted() async throws {
        try await withDatabase { database in
            let (tally, stats) = (StatsTally(pool: database.pool), Stats(pool: database.pool))
            #expect(try await stats.countedUntil() == nil)
            _ = try await tally.countAccepted(before: Sample.moment)
            #expect(try await stats.countedUntil() == nil)
            _ = try await tally.countEvents(upTo: 0, at: Sample.moment.addingTimeInterval(5))
            #expect(try await stats.countedUntil() == Sample.moment)
            _ = try await tally.countAccepted(before: Sample.moment.addingTimeInterval(60))
            #expect(try await stats.countedUntil() == Sample.moment.addingTimeInterval(5))
        }
    }
}

extension TestDatabase {
    fileprivate func countAll(before end: Date = Sample.moment.addingTimeInterval(3600)) async throws {
        let tally = StatsTally(pool: pool)
        while try await tally.countAccepted(before: end) {}
        let number = try #require(try await EventLog(pool: pool).settledNumber(patience: .seconds(30)))
        while try await tally.countEvents(upTo: number, at: .now) {}
    }

    /// How often what happened in the day around now, by channel and status.
    fileprivate func figures(
        tenant: String = "acme", _ change: (inout Stats.Filter) -> Void = { _ in }
    ) async throws -> [String: Int] {
        let time = Sample.moment.addingTimeInterval(-86400)..<Sample.moment.addingTimeInterval(86400)
        var filter = Stats.Filter(time: time, span: .day)
        change(&filter)
        let figures = try await Stats(pool: pool).figures(filter, tenant: tenant)
        return Dictionary(
            figures.map { (($0.channel.map { $0.rawValue + " " } ?? "") + $0.status, $0.count) }, uniquingKeysWith: +)
    }
}
