import Documents
import Foundation
import Notifications
import Postgres
import Testing

/// Filling the index of what notifications say.
@Suite struct TextIndexTests {
    private static let all = (
        first: UUID.version7Floor(at: .distantPast), end: UUID.version7Floor(at: Sample.moment.addingTimeInterval(60))
    )

    @Test func stepsGoThroughAllOnceInTheOrderOfTheIds() async throws {
        try await withDatabase { database in
            let samples = (0..<25).map { Sample.notification(at: Sample.moment.addingTimeInterval(Double($0) - 60)) }
            try await database.accept(samples)
            let index = TextIndex(pool: database.pool)
            var (place, steps) = (Self.all.first, [TextIndex.Step]())
            repeat {
                let step = try await index.step(after: place, below: Self.all.end, limit: 10)
                steps.append(step)
                place = step.last ?? place
            } while steps.last?.looked == 10
            #expect(steps.map(\.looked) == [10, 10, 5])
            #expect(steps.map(\.added) == [10, 10, 5])
            #expect(steps.map(\.last) == [samples[9].id, samples[19].id, samples[24].id])
            let again = try await index.step(after: Self.all.first, below: Self.all.end, limit: 100)
            #expect(again.looked == 25)
            #expect(again.added == 0)
        }
    }

    @Test func whatIsToldToEndpointsIsLeftOut() async throws {
        try await withDatabase { database in
            let message = EndpointMessage(testing: UUID(), at: Sample.moment)
            let samples = [
                Sample.notification(), AcceptedNotification(message, tenant: "acme", at: Sample.moment),
            ]
            try await database.accept(samples)
            let step = try await TextIndex(pool: database.pool)
                .step(after: Self.all.first, below: Self.all.end, limit: 10)
            #expect((step.looked, step.added) == (2, 1))
        }
    }

    @Test func twoAtOnceAddEachOnce() async throws {
        try await withDatabase { database in
            try await database.accept(Sample.notifications(300))
            let index = TextIndex(pool: database.pool)
            let added = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<4 {
                    group.addTask { try await index.step(after: Self.all.first, below: Self.all.end, limit: 500).added }
                }
                return try await group.reduce(0, +)
            }
            #expect(added == 300)
            #expect(try await database.count("notification_texts") == 300)
        }
    }

    @Test func aPlaceThatIsKeptNeverGoesBack() async throws {
        try await withDatabase { database in
            let index = TextIndex(pool: database.pool)
            #expect(try await index.lag() == nil)
            for ago in [300.0, 60, 120] {
                try await index.keep(.version7Floor(at: Date().addingTimeInterval(-ago)))
            }
            let lag = try #require(try await index.lag())
            #expect((59..<110).contains(lag))
        }
    }

    /// A text may be as long as a request, of words of any length.
    @Test func whateverCanBeAcceptedCanBeIndexed() async throws {
        try await withDatabase { database in
            let words = (0..<20_000).map { "word\($0)" }.joined(separator: " ")
            let long = String(repeating: "ü", count: 100_000)
            try await database.accept([
                Sample.notification(["title": "first", "body": .string(words)]),
                Sample.notification(["body": .string(long)]),
                Sample.notification(["title": "\u{1F600} <b>'\\ & | !:* \"", "body": "x"]),
            ])
            let step = try await TextIndex(pool: database.pool)
                .step(after: Self.all.first, below: Self.all.end, limit: 10)
            #expect(step.added == 3)
        }
    }

    /// Of what was there before the index was, partitions are made; and they go with those of the notifications.
    @Test func partitionsFollowThoseOfTheNotifications() async throws {
        try await withDatabase { database in
            let old = Date().addingTimeInterval(-70 * 86400)
            let week = Date(timeIntervalSince1970: (old.timeIntervalSince1970 / 604_800).rounded(.down) * 604_800)
            let name = "notifications_\(Timestamp.text(week).prefix(10).filter { $0 != "-" })"
            let bounds = [week, week.addingTimeInterval(604_800)].map { UUID.version7Floor(at: $0).text }
            try await database.pool.query(
                """
                CREATE TABLE \(unescaped: name) PARTITION OF notifications
                FOR VALUES FROM ('\(unescaped: bounds[0])') TO ('\(unescaped: bounds[1])')
                """)
            try await Partitions(pool: database.pool, retention: .seconds(100 * 86400)).makeAhead()
            let sample = try await database.accept(Sample.notification(at: old))
            let index = TextIndex(pool: database.pool)
            #expect(try await index.step(after: Self.all.first, below: Self.all.end, limit: 10).added == 1)
            let partitions = Partitions(pool: database.pool, retention: .seconds(30 * 86400))
            #expect(try await partitions.dropExpired() == [], "it is still to be sent")
            try await database.pool.query("DELETE FROM deliveries WHERE notification_id = \(sample.id)")
            let texts = name.replacing("notifications", with: "notification_texts")
            #expect(try await partitions.dropExpired() == [texts, name])
            #expect(try await database.count("notification_texts") == 0)
        }
    }
}
