import Documents
import Foundation
import Notifications
import Postgres
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite struct NotificationWriterTests {
    @Test func oneNotificationIsThereOnceItIsAnswered() async throws {
        try await withDatabase { database in
            let sample = Sample.notification(["priority": "high"], to: Sample.manyAddresses)
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(sample)) == .answer(.accepted))
            }
            #expect(try await database.channels(sample.id) == sample.channels)
            for route in Sample.manyRoutes {
                #expect(try await database.delivery(sample.id, on: route) == DeliveryRow(), "\(route)")
            }
            #expect(try await database.count("deliveries") == Sample.manyRoutes.count)
            #expect(try await database.count("inbox_unread") == 0)
        }
    }

    @Test func deliveryIsDueAtItsOwnTimeOrThatOfAllOrNow() async throws {
        try await withDatabase { database in
            let due = Sample.moment + 7200
            var scheduled = Sample.notification(["sendAt": JSON(Sample.moment + 3600)], to: Sample.manyAddresses)
            scheduled.deliveries[0].notBefore = due
            let prompt = Sample.notification()
            try await database.accept([scheduled, prompt])
            for delivery in scheduled.deliveries {
                let expected = delivery == scheduled.deliveries[0] ? due : Sample.moment + 3600
                #expect(try await database.dueTime(scheduled.id, on: delivery.route) == expected)
            }
            #expect(try await database.permits().answer(prompt.id).summary == "granted")
        }
    }

    @Test func inAppIsUnreadFromTheStart() async throws {
        try await withDatabase { database in
            let sample = Sample.notification(["channels": ["inApp"]], to: ["userId": "ada"])
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(Sample.submission(sample)) == .answer(.accepted))
            }
            #expect(try await database.channels(sample.id) == [.inApp: ChannelState(status: .unread)])
            #expect(try await database.count("inbox_unread") == 1)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func aThousandAtOnceAreEachCommittedOnceInFewTransactions() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(1000)
            let committed = Collected<UUID>()
            try await withWriter(database.pool, onCommit: { committed.add($0.map(\.id)) }) { writer in
                try await submitTogether(samples.map { Sample.submission($0) }, to: writer, in: database) { seen in
                    #expect(seen == Array(repeating: .answer(.accepted), count: 1000))
                }
            }
            #expect(try await database.count("notifications") == 1000)
            #expect(try await database.count("deliveries") == 1000)
            #expect(committed.elements.sorted { $0.text < $1.text } == samples.map(\.id).sorted { $0.text < $1.text })
            #expect(try await database.transactionsOfNotifications() <= 20)
        }
    }

    @Test func aSubmissionOfManyIsOneTransaction() async throws {
        try await withDatabase { database in
            let submission = Submission(tenant: "acme", notifications: Sample.notifications(100))
            try await withWriter(database.pool) { writer in
                #expect(await writer.seen(submission) == .answer(.accepted))
            }
            #expect(try await database.count("notifications") == 100)
            #expect(try await database.transactionsOfNotifications() == 1)
        }
    }

    @Test func whatDoesNotFitIsRefusedAtOnceAndTheRestIsWritten() async throws {
        try await withDatabase { database in
            try await withFullWriter(database) { writer, seen in
                #expect(await writer.seen(Sample.submission()) == .overloaded)
                #expect(seen() == [.overloaded, .overloaded])
            } afterwards: { seen in
                #expect(seen.count { $0 == .answer(.accepted) } == 4)
            }
            #expect(try await database.count("notifications") == 4)
        }
    }

    @Test func gracefulShutdownWritesWhatWasTakenIn() async throws {
        try await withDatabase { database in
            let handle = Mutex<NotificationWriter?>(nil)
            try await withFullWriter(database, shutsDown: true) { writer, _ in
                handle.withLock { $0 = writer }
            } afterwards: { seen in
                #expect(seen.count { $0 == .answer(.accepted) } == 4)
            }
            #expect(try await database.count("notifications") == 4)
            let writer = try #require(handle.withLock { $0 })
            #expect(await writer.seen(Sample.submission()) == .overloaded)
        }
    }

    @Test func aCancelledWriterEnds() async throws {
        try await withDatabase { database in
            let writer = NotificationWriter(pool: database.pool, logger: quiet) { _ in }
            let run = Task { try await writer.run() }
            #expect(await writer.seen(Sample.submission()) == .answer(.accepted))
            run.cancel()
            try await run.value
            #expect(await writer.seen(Sample.submission()) == .overloaded)
        }
    }

    /// A writer with one submission under way and three waiting, which is all it has room for, behind a locked table.
    /// Of six submissions two are refused, which shows that the others are in.
    private func withFullWriter(
        _ database: TestDatabase, shutsDown: Bool = false,
        _ body: (NotificationWriter, () -> [Seen]) async throws -> Void, afterwards: ([Seen]) -> Void
    ) async throws {
        var configuration = NotificationWriter.Configuration.patient
        configuration.capacity = 3
        let writer = NotificationWriter(pool: database.pool, configuration: configuration, logger: quiet) { _ in }
        let services = ServiceGroup(services: [writer], logger: quiet)
        let seen = Collected<Seen>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            try await database.whileDocumentsAreLocked {
                group.addTask { seen.add([await writer.seen(Sample.submission())]) }
                try await database.untilWaiting(1)
                for _ in 0..<5 { group.addTask { seen.add([await writer.seen(Sample.submission())]) } }
                try await eventually("two are refused") { seen.elements.count == 2 }
                try await body(writer) { seen.elements }
                if shutsDown { await services.triggerGracefulShutdown() }
            }
            try await eventually("all are answered") { seen.elements.count == 6 }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        afterwards(seen.elements)
    }
}

/// Hands over all submissions while nothing can be written, and what they came to once it can.
func submitTogether(
    _ submissions: [Submission], to writer: NotificationWriter, in database: TestDatabase,
    _ check: ([Seen]) throws -> Void
) async throws {
    let started = Collected<Int>()
    try await withThrowingTaskGroup(of: (Int, Seen).self) { group in
        try await database.whileDocumentsAreLocked {
            for (index, submission) in submissions.enumerated() {
                group.addTask {
                    started.add([index])
                    return (index, await writer.seen(submission))
                }
            }
            try await eventually("all have begun") { started.elements.count == submissions.count }
        }
        var seen = submissions.map { _ in Seen.unavailable }
        for try await (index, answer) in group { seen[index] = answer }
        try check(seen)
    }
}
