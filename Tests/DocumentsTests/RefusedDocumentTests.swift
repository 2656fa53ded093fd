import Documents
import Foundation
import Notifications
import Testing

/// One caller's poison fails that caller alone.
@Suite struct RefusedDocumentTests {
    /// Postgres' `jsonb` refuses the escape of NUL, which our own types carry.
    static let nul = Sample.notification(["title": "a\u{0}b"])
    /// No partition takes a document of that time.
    static let ancient = Sample.notification(at: Date(timeIntervalSince1970: 86400))
    /// The driver itself refuses a NUL in a text.
    static let nulTenant = Sample.notification(tenant: "a\u{0}b")

    @Test(arguments: [nul, ancient, nulTenant])
    func theGuiltyOneFailsAloneWhileTheOthersCommit(_ guilty: AcceptedNotification) async throws {
        try await withDatabase { database in
            var samples = Sample.notifications(30)
            samples.insert(guilty, at: 17)
            let committed = Collected<UUID>()
            try await withWriter(database.pool, onCommit: { committed.add($0.map(\.id)) }) { writer in
                try await submitTogether(samples.map { Sample.submission($0) }, to: writer, in: database) { seen in
                    #expect(seen.enumerated().filter { $1 == .refused }.map(\.offset) == [17])
                    #expect(seen.count { $0 == .answer(.accepted) } == 30)
                }
            }
            #expect(Set(committed.elements) == Set(samples.map(\.id)).subtracting([guilty.id]))
            #expect(committed.elements.count == 30)
            #expect(try await database.count("notifications") == 30)
            #expect(try await database.transactionsOfNotifications() < 20, "they were batched")
        }
    }

    @Test func anIdThatIsTakenIsRefused() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(sample)) == .refused)
            }
            #expect(try await database.count("notifications") == 1)
            #expect(try await database.count("deliveries") == 1)
        }
    }

    @Test func aRefusedRequestDoesNotConsumeItsKey() async throws {
        try await withDatabase { database in
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(Self.nul, Sample.claim("k"))) == .refused)
                let keys = try await database.count("idempotency_keys")
                #expect(keys == 0)
                #expect(await writer.seen(Sample.submission(Sample.claim("k", body: 2))) == .answer(.accepted))
            }
        }
    }
}
