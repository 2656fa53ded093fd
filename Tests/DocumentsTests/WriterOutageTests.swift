import Documents
import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

@Suite struct WriterOutageTests {
    @Test func withoutPostgresCallersAreAnsweredWithinTheirPatience() async throws {
        try await withOwnPostgres { server, database in
            var configuration = NotificationWriter.Configuration()
            configuration.patience = .seconds(2)
            try await withWriter(database.pool, configuration) { writer in
                #expect(await writer.seen(Sample.submission()) == .answer(.accepted))
                await server.stop(.immediate)
                let start = ContinuousClock.now
                let seen = await withTaskGroup(of: Seen.self) { group in
                    for _ in 0..<50 { group.addTask { await writer.seen(Sample.submission()) } }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(seen == Array(repeating: .unavailable, count: 50))
                #expect(ContinuousClock.now - start < .seconds(4))

                try await server.restart()
                #expect(await writer.seen(Sample.submission()) == .answer(.accepted))
            }
            #expect(try await database.count("notifications") == 2)
        }
    }

    @Test func aWriteThatHangsIsAnsweredAndItsRepeatFindsWhatBecameOfIt() async throws {
        try await withDatabase { database in
            var configuration = NotificationWriter.Configuration()
            configuration.patience = .milliseconds(200)
            try await withWriter(database.pool, configuration) { writer in
                try await database.whileDocumentsAreLocked {
                    #expect(await writer.seen(Sample.submission(Sample.claim("k"))) == .unavailable)
                }
                try await eventually("it was written after all") { try await database.count("notifications") == 1 }
            }
            try await withWriter(database.pool) { writer in
                let repeated = await writer.seen(Sample.submission(Sample.claim("k", answer: "second")))
                #expect(repeated == .answer(.replay(answer: "first")))
            }
            #expect(try await database.count("notifications") == 1)
        }
    }

    @Test func whatWouldBeWrittenTooLateIsRefusedInsteadAndTheRestIsWritten() async throws {
        try await withDatabase { database in
            var configuration = NotificationWriter.Configuration()
            configuration.patience = .seconds(6)
            configuration.lanes = 1
            try await withWriter(database.pool, configuration) { writer in
                try await withThrowingTaskGroup(of: Seen.self) { group in
                    try await database.whileDocumentsAreLocked {
                        group.addTask { await writer.seen(Sample.submission()) }
                        try await database.untilWaiting(1)
                        group.addTask { await writer.seen(Sample.submission()) }
                        // Three for the transaction that is under way, so as many again for the next one: too late for it.
                        try await eventually("half of its patience is over") {
                            writer.pressure.oldestWait > .milliseconds(3100)
                        }
                        group.addTask { await writer.seen(Sample.submission()) }
                        try await eventually("one more waits") { writer.pressure.waiting == 2 }
                    }
                    var seen: [Seen] = []
                    for try await answer in group { seen.append(answer) }
                    #expect(seen.count { $0 == .answer(.accepted) } == 2)
                    #expect(seen.count { $0 == .overloaded } == 1)
                }
            }
            #expect(try await database.count("notifications") == 2)
        }
    }

    @Test func whatNobodyWaitsForAnyMoreIsNotWritten() async throws {
        try await withDatabase { database in
            var configuration = NotificationWriter.Configuration()
            configuration.patience = .milliseconds(200)
            configuration.lanes = 1
            try await withWriter(database.pool, configuration) { writer in
                try await database.whileDocumentsAreLocked {
                    async let first = writer.seen(Sample.submission())
                    try await database.untilWaiting(1)
                    #expect(await writer.seen(Sample.submission()) == .unavailable)
                    #expect(await first == .unavailable)
                }
                try await eventually("the first was written") { try await database.count("notifications") == 1 }
            }
            #expect(try await database.count("notifications") == 1)
        }
    }
}

/// Runs a test with a server of its own, which it may stop.
private func withOwnPostgres(_ body: (LocalPostgres, TestDatabase) async throws -> Void) async throws {
    let directory = "/tmp/belfry-documents-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let server = try await LocalPostgres.start(directory: directory, durable: false)
    let result = await outcome {
        let configuration = try TestDatabase.configuration(url: server.url, schema: "public")
        let database = TestDatabase(
            configuration: configuration, pool: PostgresPool(configuration, logger: quiet))
        _ = try await Migrator(Schema.migrations).migrate(configuration)
        try await Partitions(pool: database.pool, retention: .seconds(86400)).makeAhead()
        try await body(server, database)
        await database.pool.close()
    }
    await server.stop(.immediate)
    try result.get()
}
