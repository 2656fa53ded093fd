import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

@Suite struct DeadLetterStoreTests {
    @Test func letterSaysWhatWasGivenUpAndWhy() async throws {
        try await withDatabase { database in
            let sample = try await database.died(
                Sample.notification(to: ["userId": "ada", "email": "ada@example.org"]))
            let letter = try #require(try await database.letters().first)
            #expect(
                letter
                    == DeadLetter(
                        notificationId: sample.id, route: .email, userId: "ada", round: 1, attempts: 1,
                        provider: "simulator", reason: Report.refused.json, diedAt: letter.diedAt))
            #expect(abs(letter.diedAt.timeIntervalSinceNow) < 60)
        }
    }

    @Test func pagesAreNewestFirstTogetherWholeAndStable() async throws {
        try await withDatabase { database in
            try await database.bury(30)
            let store = DeadLetterStore(pool: database.pool)
            var seen: [DeadLetter] = []
            var after: DeadLetterStore.Place?
            repeat {
                let page = try await store.page(DeadLetterFilter(), tenant: "acme", after: after, limit: 7)
                seen += page.items
                after = page.next
                // What dies meanwhile is newer than all that follows.
                if seen.count == 7 { try await database.bury(1, tenant: "acme", secondsAgo: 0) }
            } while after != nil
            #expect(seen.count == 30)
            #expect(seen.map(\.diedAt) == seen.map(\.diedAt).sorted(by: >))
            #expect(Set(seen.map(\.notificationId)).count == 30)
        }
    }

    @Test func filtersNarrowAndTheTimesBoundWhatIsRead() async throws {
        try await withDatabase { database in
            let mail = try await database.died(Sample.notification(to: ["userId": "ada", "email": "a@b.c"]))
            try await database.bury(3, secondsAgo: 7200)
            func count(_ change: (inout DeadLetterFilter) -> Void) async throws -> Int {
                var filter = DeadLetterFilter()
                change(&filter)
                return try await database.letters(filter).count
            }
            #expect(try await count { _ in } == 4)
            #expect(try await count { $0.route = .email } == 1)
            #expect(try await count { $0.channel = .sms } == 3)
            #expect(try await count { ($0.channel, $0.route) = (.sms, .email) } == 0)
            #expect(try await count { $0.code = "buried" } == 3)
            #expect(try await count { $0.userId = "ada" } == 1)
            #expect(try await count { $0.notificationId = mail.id } == 1)
            let hourAgo = Date().addingTimeInterval(-3600)
            #expect(try await count { $0.since = hourAgo } == 1)
            #expect(try await count { $0.until = hourAgo } == 3)
        }
    }

    /// 12,000 letters of which one fits, the oldest: found on the third page, of which none reads more than 5,000.
    @Test func pageThatFindsNothingSaysWhereToGoOn() async throws {
        try await withDatabase { database in
            try await database.bury(12_000)
            try await database.pool.query(
                """
                UPDATE dead_letters SET route = 'email'
                WHERE died_at = (SELECT min(died_at) FROM dead_letters)
                """)
            let store = DeadLetterStore(pool: database.pool)
            var filter = DeadLetterFilter()
            filter.route = .email
            var found: [Int] = []
            var after: DeadLetterStore.Place?
            repeat {
                let page = try await store.page(filter, tenant: "acme", after: after, limit: 10)
                found.append(page.items.count)
                after = page.next
            } while after != nil
            #expect(found == [0, 0, 1])
        }
    }

    @Test func aPageReadsTheTenantsIndex() async throws {
        try await withDatabase { database in
            try await database.bury(2000)
            try await database.bury(2000, tenant: "globex")
            try await database.pool.query("ANALYZE dead_letters")
            let plan = try await database.pool.query(
                """
                EXPLAIN SELECT d.* FROM dead_letters d WHERE d.tenant = 'acme' AND d.died_at >= '-infinity'
                    AND (d.died_at, d.notification_id, d.route) < ('infinity', \(UUID()), '')
                ORDER BY d.died_at DESC, d.notification_id DESC, d.route DESC LIMIT 21
                """
            ).map { try $0.get(0, as: String.self) }.joined(separator: "\n")
            #expect(plan.contains("Index Scan Backward using dead_letters_by_tenant"), "\(plan)")
            #expect(!plan.contains("Sort"))
        }
    }
}

extension TestDatabase {
    /// Puts letters on route `sms` that died one after another, up to so many seconds ago.
    func bury(_ count: Int, tenant: String = "acme", secondsAgo: Double = 60) async throws {
        try await pool.query(
            """
            INSERT INTO dead_letters (notification_id, route, tenant, round, attempts, reason, died_at)
            SELECT gen_random_uuid(), 'sms', \(tenant), 1, 5, '{"code": "buried", "detail": "It was a test."}',
                now() - make_interval(secs => \(secondsAgo)) - n * interval '1 millisecond'
            FROM generate_series(1, \(count)) AS n
            """)
    }
}
