import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct IdempotencyTests {
    @Test func aRepeatGetsTheFirstAnswerAndWritesNothing() async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(Sample.claim("k"))) == .answer(.accepted))
                let repeated = await writer.seen(Sample.submission(Sample.claim("k", answer: "second")))
                #expect(repeated == .answer(.replay(answer: "first")))
            }
            #expect(try await database.count("notifications") == 1)
        }
    }

    @Test func anotherBodyIsAConflict() async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(Sample.claim("k"))) == .answer(.accepted))
                #expect(await writer.seen(Sample.submission(Sample.claim("k", body: 2))) == .answer(.conflict))
            }
            #expect(try await database.count("notifications") == 1)
        }
    }

    @Test func tenantsHaveKeysOfTheirOwn() async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                for tenant in ["acme", "globex"] {
                    let submission = Sample.submission(Sample.notification(tenant: tenant), Sample.claim("k"))
                    #expect(await writer.seen(submission) == .answer(.accepted))
                }
            }
        }
    }

    @Test func aHundredAtOnceWithOneKeyAreOneNotification() async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                let submissions = (0..<100).map { Sample.submission(Sample.claim("k", body: $0 < 80 ? 1 : 2)) }
                try await submitTogether(submissions, to: writer, in: database) { seen in
                    let accepted = seen.filter { $0 == .answer(.accepted) }
                    let replayed = seen.filter { $0 == .answer(.replay(answer: "first")) }
                    let refused = seen.filter { $0 == .answer(.conflict) }
                    #expect(accepted.count == 1)
                    #expect([[79, 20], [19, 80]].contains([replayed.count, refused.count]))
                }
            }
            #expect(try await database.count("notifications") == 1)
        }
    }

    /// Two writers stand for two processes: they share nothing but Postgres.
    @Test func ofTwoProcessesOneWinsEachKey() async throws {
        try await withDatabase { database in
            let other = database.anotherPool()
            try await withWriter(database.pool) { first in
                try await withWriter(other) { second in
                    for round in 0..<20 { try await race(first, second, round: round) }
                }
            }
            await other.close()
            #expect(try await database.count("notifications") == 20 * 10)
            #expect(try await database.count("idempotency_keys") == 20 * 10)
        }
    }

    /// Both hand over the same ten keys, in opposite orders.
    private func race(_ first: NotificationWriter, _ second: NotificationWriter, round: Int) async throws {
        let keys = (0..<10).map { "\(round)-\($0)" }
        let seen = await withTaskGroup(of: (String, Seen).self) { group in
            for (writer, keys) in [(first, keys), (second, keys.reversed())] {
                for key in keys {
                    group.addTask { (key, await writer.seen(Sample.submission(Sample.claim(key)))) }
                }
            }
            return await group.reduce(into: [String: Set<Seen>]()) { $0[$1.0, default: []].insert($1.1) }
        }
        for key in keys {
            #expect(seen[key] == [.answer(.accepted), .answer(.replay(answer: "first"))], "key \(key)")
        }
    }

    @Test(arguments: [("24 hours 1 minute", Seen.answer(.accepted)), ("23 hours 59 minutes", .answer(.conflict))])
    func aKeyIsRememberedForADay(_ age: String, _ expected: Seen) async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(Sample.claim("k"))) == .answer(.accepted))
                try await database.pool.query(
                    "UPDATE idempotency_keys SET created_at = now() - interval '\(unescaped: age)'")
                let later = Sample.submission(Sample.claim("k", body: 2, answer: "later"))
                #expect(await writer.seen(later) == expected)
            }
        }
    }

    @Test func aKeyThatIsUsedAgainAfterADayIsRememberedAnew() async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(Sample.claim("k"))) == .answer(.accepted))
                try await database.pool.query(
                    "UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
                let later = Sample.claim("k", body: 2, answer: "later")
                #expect(await writer.seen(Sample.submission(later)) == .answer(.accepted))
                #expect(await writer.seen(Sample.submission(later)) == .answer(.replay(answer: "later")))
                #expect(await writer.seen(Sample.submission(Sample.claim("k"))) == .answer(.conflict))
            }
            #expect(try await database.count("notifications") == 2)
        }
    }
}
