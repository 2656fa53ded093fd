import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

/// Finding notifications by what they say.
@Suite struct TextSearchTests {
    @Test func wordsOfTitleBodyAndSubjectAreFoundNewestFirst() async throws {
        try await withDatabase { database in
            let title = try await database.say(["title": "Your order shipped"], ago: 3)
            let body = try await database.say(["body": "The ORDER is on its way."], ago: 2)
            let subject = try await database.say(["overrides": ["email": ["subject": "Order 8812"]]], ago: 1)
            _ = try await database.say(["title": "Something else"])
            try await database.indexTexts()
            #expect(try await database.found("order") == [subject, body, title])
            #expect(try await database.found("8812") == [subject])
            #expect(try await database.found("nothing") == [])
        }
    }

    @Test func wordsAreCombinedAsInASearchEngine() async throws {
        try await withDatabase { database in
            let red = try await database.say(["body": "A red bicycle for you"], ago: 2)
            let blue = try await database.say(["body": "A blue bicycle, red bell"], ago: 1)
            try await database.indexTexts()
            for (text, ids) in [
                ("bicycle red", [blue, red]), ("\"red bicycle\"", [red]), ("bicycle -blue", [red]),
                ("bell or you", [blue, red]),
                ("\"bell red\"", []), ("bicycle -\"red bicycle\"", [blue]), ("-bicycle", []), ("!?", []), ("\"", []),
            ] {
                #expect(try await database.found(text) == ids, "\(text)")
            }
        }
    }

    @Test func nobodyFindsWhatIsAnothers() async throws {
        try await withDatabase { database in
            let odd = #"o'b\ri'en & co"#
            let own = try await database.say(["body": "secret"], userId: odd, ago: 1)
            let other = try await database.say(["body": "secret"], userId: "bob")
            let foreign = try await database.say(["body": "secret"], userId: odd, tenant: #"gl'ob\ex"#)
            try await database.indexTexts()
            #expect(try await database.found("secret") == [other, own])
            #expect(try await database.found("secret", userId: odd) == [own])
            #expect(try await database.found("secret", userId: odd, tenant: #"gl'ob\ex"#) == [foreign])
            for text in ["tacme", " tacme", "' tacme'", "secret or ' tgl''ob'", "ubob"] {
                #expect(try await !database.found(text).contains(foreign), "\(text)")
            }
            #expect(try await database.found("tacme") == [], "whose it is, is no word of it")
        }
    }

    @Test func otherFiltersNarrowWhatWasFound() async throws {
        try await withDatabase { database in
            let mail = try await database.say(["body": "hello", "type": "alert"], ago: 120)
            let inbox = try await database.say(["body": "hello", "channels": ["inApp"]], userId: "ada")
            try await database.indexTexts()
            func ids(_ change: (inout NotificationFilter) -> Void) async throws -> [UUID] {
                var filter = NotificationFilter()
                filter.text = "hello"
                change(&filter)
                return try await NotificationStore(pool: database.pool)
                    .page(filter, tenant: "acme", after: nil, limit: 10).items.map(\.id)
            }
            #expect(try await ids { _ in } == [inbox, mail])
            #expect(try await ids { $0.type = .alert } == [mail])
            #expect(try await ids { $0.channel = .inApp } == [inbox])
            #expect(try await ids { $0.status = "pending" } == [mail])
            #expect(try await ids { $0.since = Sample.moment.addingTimeInterval(-60) } == [inbox])
            #expect(try await ids { $0.until = Sample.moment.addingTimeInterval(-60) } == [mail])
        }
    }

    /// The newest 6,000 say nothing of it: more than one page looks at. Of the older ones a rare word is found at once, of a
    /// frequent one it is found where to go on.
    @Test func aPageIsBoundedHoweverFrequentAWordIs() async throws {
        try await withDatabase { database in
            let rare = try await database.say(["body": "needle"], ago: 100)
            try await database.indexTexts()
            try await database.fillTexts(6000, body: "hay frequent", ago: 80)
            try await database.fillTexts(6000, body: "hay", ago: 60)
            #expect(try await database.found("needle") == [rare])
            #expect(try await database.found("hay needle") == [])
            var filter = NotificationFilter()
            filter.text = "frequent"
            let store = NotificationStore(pool: database.pool)
            let first = try await store.page(filter, tenant: "acme", after: nil, limit: 10)
            #expect(first.items.isEmpty)
            #expect(first.next != nil)
            let second = try await store.page(filter, tenant: "acme", after: first.next, limit: 10)
            #expect(second.items.count == 10)
            filter.text = "hay"
            var seen: [UUID] = []
            var after: UUID?
            for _ in 0..<5 {
                let page = try await store.page(filter, tenant: "acme", after: after, limit: 100)
                seen += page.items.map(\.id)
                after = page.next
            }
            #expect(seen.count == 500)
            #expect(seen == Array(Set(seen)).sorted(by: >))
        }
    }

    @Test func theIndexOfWordsIsAskedAndNotAllTexts() async throws {
        try await withDatabase { database in
            let pool = database.anotherPool { $0.poolSize = 1 }
            var filter = NotificationFilter()
            filter.text = "word"
            _ = try await database.say(["body": "needle"])
            try await database.fillTexts(2000, body: "hay", ago: 60)
            _ = try await NotificationStore(pool: pool).page(filter, tenant: "acme", after: nil, limit: 10)
            try await database.pool.query("ANALYZE notification_texts")
            let plan = try await pool.preparedPlan(of: "OFFSET 0", values: ["text": "'word'"])
            let scans = plan.filter { $0.contains("Scan on notification_texts_") }
            #expect(!scans.isEmpty)
            #expect(scans.allSatisfy { $0.contains("Bitmap") }, "\(plan.joined(separator: "\n"))")
            #expect(plan.contains { $0.contains("_words_idx") }, "\(plan.joined(separator: "\n"))")
            // Inside of what stands around it, so that it ends what is read of the texts and not what is found in them.
            let place = try #require(plan.firstIndex { $0.contains("Subquery Scan on f") })
            #expect(plan[(place + 1)...].contains { $0.contains("Limit") }, "\(plan.joined(separator: "\n"))")
            await pool.close()
        }
    }
}

extension TestDatabase {
    /// Accepts a notification to somebody, and returns its id.
    fileprivate func say(
        _ request: JSON, userId: String? = nil, tenant: String = "acme", ago: TimeInterval = 0
    ) async throws -> UUID {
        let to: JSON = userId.map { ["userId": .string($0), "email": "a@b.c"] } ?? ["email": "a@b.c"]
        return try await accept(
            Sample.notification(request, to: to, tenant: tenant, at: Sample.moment.addingTimeInterval(-ago))
        ).id
    }

    fileprivate func found(_ text: String, userId: String? = nil, tenant: String = "acme") async throws -> [UUID] {
        var filter = NotificationFilter()
        (filter.text, filter.userId) = (text, userId)
        let page = try await NotificationStore(pool: pool).page(filter, tenant: tenant, after: nil, limit: 10)
        return page.items.map(\.id)
    }

    func indexTexts() async throws {
        let step = try await TextIndex(pool: pool).step(after: .lowest, below: .highest, limit: 10_000)
        #expect(step.looked < 10_000)
    }

    /// Writes notifications with their words, so many seconds ago.
    fileprivate func fillTexts(_ count: Int, body: String, ago: TimeInterval) async throws {
        var content = Sample.notification().content
        content.body = body
        let floor = UUID.version7Floor(at: Sample.moment.addingTimeInterval(-ago)).text.prefix(24)
        try await pool.query(
            """
            WITH n AS (
                INSERT INTO notifications (id, tenant, created_at, content, channels)
                SELECT (\(String(floor)) || lpad(to_hex(n), 12, '0'))::uuid, 'acme', now(), \(JSONB(content.json)), '{}'
                FROM generate_series(1, \(count)) AS n RETURNING id
            )
            INSERT INTO notification_texts (id, tenant, words)
            SELECT id, 'acme', array_to_tsvector(ARRAY[' tacme']) || to_tsvector('simple', \(body)) FROM n
            """)
    }
}
