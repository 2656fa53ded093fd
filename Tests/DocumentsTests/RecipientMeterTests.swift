import Foundation
import Notifications
import Testing

@testable import Documents

@Suite struct RecipientMeterTests {
    private let now = Sample.moment

    private func charge(_ userId: String = "ada", _ tenant: String = "acme", waits: Bool = false) throws -> LimitCharge
    {
        var defaults = PreferenceDefaults()
        defaults.limits = [.email: RecipientLimit(count: 10, per: .seconds(3600))]
        if waits { defaults.overLimit = .waits }
        var accepted = Sample.notification(
            to: ["userId": .string(userId), "email": "ada@example.org"], tenant: tenant, at: now)
        accepted.obey(SendingRules(defaults, for: Recipient(userId: userId)))
        return try #require(accepted.charge)
    }

    @Test func limitHoldsExactlyHoweverManyAskAtOnce() async throws {
        try await withDatabase { database in
            let meter = RecipientMeter(pool: database.pool)
            let (ada, bob) = (try charge(), try charge("bob"))
            let booked = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    // Named in either order, which must lock nobody in a ring.
                    for charges in [[ada, bob], [bob, ada]] {
                        group.addTask { try await meter.book(charges, at: now).count(where: \.isBooked) }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(booked == 20, "ten for each")
            #expect(try await meter.book([charge("ada", "globex")], at: now).allSatisfy(\.isBooked))
        }
    }

    @Test func lookingWritesNothing() async throws {
        try await withDatabase { database in
            let meter = RecipientMeter(pool: database.pool)
            let charges = Array(repeating: try charge(), count: 11)
            #expect(
                try await meter.look(charges, at: now).map(\.isBooked) == Array(repeating: true, count: 10) + [false])
            #expect(try await database.count("recipient_times") == 0)
            _ = try await meter.book(Array(charges[..<9]), at: now)
            #expect(try await meter.look(charges, at: now).count(where: \.isBooked) == 1)
            #expect(try await meter.look(charges, at: now).count(where: \.isBooked) == 1)
        }
    }

    @Test func whatIsGivenBackMakesRoom() async throws {
        try await withDatabase { database in
            let meter = RecipientMeter(pool: database.pool)
            // With a fraction that does not end in binary.
            let later = now.addingTimeInterval(0.123_457)
            let charges = Array(repeating: try charge(), count: 10)
            let booked = try await meter.book(charges, at: later).compactMap(\.charge)
            #expect(booked.count == 10)
            #expect(try await meter.book([charge()], at: later).count(where: \.isBooked) == 0)
            try await meter.giveBack(Array(booked[..<3]), at: later)
            #expect(try await meter.book(charges, at: later).count(where: \.isBooked) == 3)
        }
    }

    @Test func whatWaitsIsKeptWithItsTime() async throws {
        try await withDatabase { database in
            let meter = RecipientMeter(pool: database.pool)
            let charges = Array(repeating: try charge(waits: true), count: 25)
            let places = try await meter.book(charges, at: now).compactMap { $0.charge?.places[.email] }
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
