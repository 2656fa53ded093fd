import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

@Suite struct CollapseTests {
    private static let ada: JSON = ["userId": "ada", "email": "ada@example.org"]

    /// Made so many seconds after others.
    private func notification(
        _ second: Double, key: JSON = "k", to: JSON = ada, tenant: String = "acme", request: JSON = [:]
    ) -> AcceptedNotification {
        var object = request.object ?? JSONObject()
        object["collapseKey"] = key
        if object["channels"] == nil { object["channels"] = ["email"] }
        return Sample.notification(.object(object), to: to, tenant: tenant, at: Sample.moment + second)
    }

    @Test func newerTakesThePlaceOfWhatIsOpen() async throws {
        try await withDatabase { database in
            let old = try await database.accept(
                notification(0, request: ["channels": ["email", "inApp"], "delay": "30d"]))
            let new = try await database.accept(notification(1))
            #expect(try await database.delivery(old.id) == DeliveryRow(cancelled: true))
            #expect(try await database.delivery(new.id) == DeliveryRow())

            let collapsed = try #require(try await database.canceller.collapse(under: [new]))
            let failure = DeliveryFailure.collapsed(by: new.id.text)
            #expect(collapsed.jobs == [.email: [old.id], .inApp: [old.id]])
            #expect(collapsed.events.map(\.status) == ["cancelled", "cancelled"])
            #expect(collapsed.events.map(\.failure) == [failure, failure])
            for channel in [NotificationChannel.email, .inApp] {
                let state = try #require(try await database.channels(old.id)[channel])
                #expect(state.status == .cancelled)
                #expect(state.failure == failure)
            }
            #expect(try await database.count("deliveries") == 1)
            #expect(try await database.channels(new.id) == new.channels)
            #expect(try await database.canceller.collapse(under: [new])?.events == [])
        }
    }

    /// A crash right after the commit: whoever asks for a permit is told.
    @Test func whatIsCollapsedGetsNoPermit() async throws {
        try await withDatabase { database in
            let old = try await database.accept(notification(0))
            _ = try await database.accept(notification(1))
            #expect(try await database.permits().answer(old.id).summary == "over: cancelled, collapsed")
        }
    }

    @Test func olderThatCommitsLaterGivesWay() async throws {
        try await withDatabase { database in
            let new = try await database.accept(notification(1))
            let old = try await database.accept(notification(0))
            #expect(try await database.delivery(old.id)?.cancelled == true)
            #expect(try await database.delivery(new.id)?.cancelled == false)
            #expect(try await database.canceller.collapse(under: [old])?.jobs == [.email: [old.id]])
        }
    }

    @Test func whatIsForOthersOrAboutSomethingElseIsLeft() async throws {
        try await withDatabase { database in
            let others = [
                notification(0, key: "other"), notification(0, key: nil), notification(0, tenant: "globex"),
                notification(0, to: ["userId": "bob", "email": "ada@example.org"]),
                notification(0, to: ["email": "ada@example.org"]),
            ]
            for other in others { try await database.accept([other]) }
            let new = try await database.accept(notification(1))
            #expect(try await database.canceller.collapse(under: [new])?.jobs == [:])
            for other in others { #expect(try await database.delivery(other.id)?.cancelled == false) }
        }
    }

    @Test func newerWithNothingToSendTakesThePlaceToo() async throws {
        try await withDatabase { database in
            let old = try await database.accept(notification(0))
            let new = try await database.accept(notification(1, request: ["channels": ["inApp"]]))
            #expect(new.deliveries.isEmpty)
            #expect(try await database.canceller.collapse(under: [new])?.jobs == [.email: [old.id]])
        }
    }

    @Test func attemptUnderWayIsTheLast() async throws {
        try await withDatabase { database in
            let old = try await database.accept(notification(0))
            let permit = try await database.permits().grant(old.id)
            let new = try await database.accept(notification(1))
            #expect(try await database.canceller.collapse(under: [new])?.events == [])
            _ = try await database.record(permit.postponed(after: .seconds(900)))
            #expect(try await database.permits().answer(old.id).summary == "over: cancelled, collapsed")
        }
    }

    @Test func whatIsLockedIsNotWaitedForAndEndsAfterTheCommit() async throws {
        try await withDatabase { database in
            let old = try await database.accept(notification(0))
            let new = notification(1)
            try await database.pool.transaction { connection in
                try await connection.query("SELECT 1 FROM deliveries WHERE notification_id = \(old.id) FOR UPDATE")
                try await database.accept([new])
                #expect(try await database.delivery(old.id)?.cancelled == false)
            }
            #expect(try await database.canceller.collapse(under: [new])?.jobs == [.email: [old.id]])
        }
    }

    @Test func whatIsLockedForAMomentIsWaitedForAfterTheCommit() async throws {
        try await withDatabase { database in
            let old = try await database.accept(notification(0))
            let new = notification(1)
            let holder = database.anotherPool()
            let collapsed = try await withThrowingTaskGroup(of: Cancelled?.self) { group in
                try await holder.transaction { connection in
                    try await connection.query("SELECT 1 FROM deliveries WHERE notification_id = \(old.id) FOR UPDATE")
                    try await database.accept([new])
                    group.addTask { try await database.canceller.collapse(under: [new]) }
                    try await connection.query("SELECT pg_sleep(0.1)")
                }
                return try await group.next() ?? nil
            }
            #expect(collapsed?.jobs == [.email: [old.id]])
            #expect(try await database.permits().answer(old.id).summary == "gone")
            await holder.close()
        }
    }

    @Test func ofOneRequestTheNewestStays() async throws {
        try await withDatabase { database in
            let samples = (0..<50).map { _ in notification(0) }
            try await database.accept(samples)
            let newest = try #require(samples.map(\.id).max())
            let open = try await database.open()
            #expect(open == [newest])
        }
    }

    @Test func ofThoseThatRaceTheHighestIdStays() async throws {
        try await withDatabase { database in
            let samples = (0..<60).map { number in notification(Double(number % 3), request: ["delay": "30d"]) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sample in samples { group.addTask { try await database.accept([sample]) } }
                try await group.waitForAll()
            }
            #expect(try await database.open() == [try #require(samples.map(\.id).max())])
        }
    }

    @Test func keysAreNeverWaitedForInARing() async throws {
        try await withDatabase { database in
            let keys = (0..<6).map { JSON.string("key-\($0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<40 {
                    group.addTask {
                        try await database.accept(keys.shuffled().map { notification(Double(round), key: $0) })
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.open().count == keys.count)
        }
    }

    /// Also where the statements were prepared while nothing was open.
    @Test func costDoesNotGrowWithWhatIsOpen() async throws {
        try await withDatabase { database in
            let pool = database.anotherPool { $0.poolSize = 1 }
            let statements = AcceptStatements(pool: pool)
            func write(_ second: Double) async throws {
                let sample = notification(second)
                _ = try await statements.write([Submission(tenant: "acme", notifications: [sample])])
                _ = try await Canceller(pool: pool).collapse(under: [sample])
            }
            try await write(0)
            try await database.pool.query(
                """
                INSERT INTO deliveries (notification_id, route, tenant, priority, cost, collapse_key, not_before, expires_at)
                SELECT gen_random_uuid(), 'email', 'acme', 2, 1, CASE n % 2 WHEN 0 THEN sha256(n::text::bytea) END, now(),
                    now() + interval '1 day'
                FROM generate_series(1, 20000) AS n
                """)
            func rowsRead() async throws -> Int64 {
                try await pool.query("SELECT pg_stat_force_next_flush()")
                return try await pool.query(
                    "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relid = to_regclass('deliveries')"
                )[0].get(0)
            }
            let before = try await rowsRead()
            try await write(1)
            #expect(try await rowsRead() - before < 50)
            await pool.close()
        }
    }
}

extension TestDatabase {
    fileprivate var canceller: Canceller { Canceller(pool: pool) }

    /// The notifications of which anything may still be sent.
    fileprivate func open() async throws -> [UUID] {
        try await pool.query(
            "SELECT DISTINCT notification_id FROM deliveries WHERE NOT cancelled ORDER BY notification_id"
        ).map { try $0.get(0) }
    }
}
