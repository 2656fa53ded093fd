import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

@Suite struct RecipientMeterTests {
    private let now = Sample.moment

    private func charge(_ userId: String = "ada", _ tenant: String = "acme", waits: Bool = false) throws -> LimitCharge
    {
        try #require(try notification(userId, tenant, waits: waits).charge)
    }

    private func notification(
        _ userId: String = "ada", _ tenant: String = "acme", waits: Bool = false
    ) throws -> AcceptedNotification {
        var defaults = PreferenceDefaults()
        defaults.limits = [.email: RecipientLimit(count: 10, per: .seconds(3600))]
        if waits { defaults.overLimit = .waits }
        var accepted = Sample.notification(
            to: ["userId": .string(userId), "email": "ada@example.org"], tenant: tenant, at: now)
        accepted.obey(SendingRules(defaults, for: Recipient(userId: userId)))
        return accepted
    }

    @Test func limitHoldsExactlyHoweverManyAskAtOnce() async throws {
        try await withDatabase { database in
            let (ada, bob) = (try charge(), try charge("bob"))
            let booked = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    // Named in either order, which must lock nobody in a ring.
                    for charges in [[ada, bob], [bob, ada]] {
                        group.addTask { try await database.book(charges, at: now).count(where: \.isBooked) }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(booked == 20, "ten for each")
            #expect(try await database.book([charge("ada", "globex")], at: now).allSatisfy(\.isBooked))
        }
    }

    @Test func lookingWritesNothing() async throws {
        try await withDatabase { database in
            let meter = RecipientMeter(pool: database.pool)
            let charges = Array(repeating: try charge(), count: 11)
            #expect(
                try await meter.look(charges, at: now).map(\.isBooked) == Array(repeating: true, count: 10) + [false])
            #expect(try await database.count("recipient_times") == 0)
            _ = try await database.book(Array(charges[..<9]), at: now)
            #expect(try await meter.look(charges, at: now).count(where: \.isBooked) == 1)
            #expect(try await meter.look(charges, at: now).count(where: \.isBooked) == 1)
        }
    }

    /// Written with its user's mail or not at all: whoever is told to try again later has not used anything up.
    @Test func whatIsNotWrittenDoesNotCount() async throws {
        try await withDatabase { database in
            var refused = try notification()
            refused.content.title = "\0"
            let limits = { (notification: AcceptedNotification) in
                Submission.Limits([notification.charge].compactMap(\.self), at: now) { answers in
                    guard case .booked(let charge, let late)? = answers.first else { return nil }
                    var settled = notification
                    settled.obey(charge, late: late)
                    return ([settled], "answer")
                }
            }
            let statements = AcceptStatements(pool: database.pool)
            for _ in 0..<3 {
                await #expect(throws: PostgresError.self) {
                    _ = try await statements.write([
                        Submission(tenant: "acme", notifications: [refused], limits: limits(refused))
                    ])
                }
            }
            #expect(try await database.count("recipient_times") == 0)
            var written: [WriteAnswer] = []
            for _ in 0..<11 {
                let good = try notification()
                written += try await statements.write([
                    Submission(tenant: "acme", notifications: [good], limits: limits(good))
                ]).map(\.answer)
            }
            #expect(written.count { if case .booked = $0 { true } else { false } } == 10)
            guard case .limited? = written.last else {
                Issue.record("the eleventh is one too many")
                return
            }
            #expect(try await database.count("notifications") == 10)
        }
    }

    @Test func whatWaitsIsKeptWithItsTime() async throws {
        try await withDatabase { database in
            let meter = RecipientMeter(pool: database.pool)
            let charges = Array(repeating: try charge(waits: true), count: 25)
            let places = try await database.book(charges, at: now).compactMap { $0.charge?.places[.email] }
            let hours = places.map { $0.timeIntervalSince(now) / 3600 }
            #expect(
                hours == Array(repeating: 0, count: 10) + Array(repeating: 1, count: 10) + Array(repeating: 2, count: 5)
            )
            let next = try await meter.look([charge(waits: true)], at: now).first?.charge?.places[.email]
            #expect(next == now.addingTimeInterval(7200))
        }
    }
}

extension LimitLedger.Answer {
    fileprivate var charge: LimitCharge? { if case .booked(let charge, _) = self { charge } else { nil } }
    fileprivate var isBooked: Bool { charge != nil }
}

extension TestDatabase {
    fileprivate func book(_ charges: [LimitCharge], at now: Date) async throws -> [LimitLedger.Answer] {
        try await pool.transaction { try await RecipientMeter.book(charges, at: now, on: $0) }
    }
}
