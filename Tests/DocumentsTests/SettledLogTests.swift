import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

/// How far the log is complete.
@Suite struct SettledLogTests {
    private static func event() -> StatusEvent {
        StatusEvent(
            notificationId: UUID(), tenant: "acme", userId: nil, channel: .email, status: "sent", at: Sample.moment)
    }

    @Test func whatIsStillToBeCommittedIsWaitedFor() async throws {
        try await withDatabase { database in
            let log = EventLog(pool: database.pool)
            #expect(try await log.settledNumber(patience: .seconds(30)) == 0)
            let settled = SettledLog(log)
            let early = try await database.pool.transaction { connection in
                let early = try await EventLog.append([Self.event()], on: connection)
                let late = try await database.pool.transaction { try await EventLog.append([Self.event()], on: $0) }
                #expect(late[0].id == 2)
                #expect(try await log.settledNumber(patience: .milliseconds(50)) == nil)
                #expect(try await settled.number(patience: .milliseconds(50)) == 0)
                return early
            }
            #expect(early[0].id == 1)
            #expect(try await log.settledNumber(patience: .seconds(30)) == 2)
            #expect(try await settled.number(patience: .seconds(30)) == 2)
        }
    }

    /// Under load there is always somebody who writes: only those are waited for who might fill a gap.
    @Test func whoBeginsLaterIsNotWaitedFor() async throws {
        try await withDatabase { database in
            let log = EventLog(pool: database.pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        while !Task.isCancelled {
                            _ = try? await database.pool.transaction {
                                try await EventLog.append([Self.event()], on: $0)
                            }
                        }
                    }
                }
                for _ in 0..<20 {
                    let number = try #require(try await log.settledNumber(patience: .seconds(30)))
                    let before = try await log.events(after: 0, upTo: number, tenant: "acme", limit: 10_000).events
                    let after = try await log.events(after: 0, upTo: number, tenant: "acme", limit: 10_000).events
                    #expect(before.map(\.id) == after.map(\.id))
                }
                group.cancelAll()
            }
        }
    }

    @Test func numbersWithoutEventsArePassedOver() async throws {
        try await withDatabase { database in
            let log = EventLog(pool: database.pool)
            try await database.pool.query("SELECT setval('delivery_event_ids', 70000000)")
            let events = try await database.pool.transaction { try await EventLog.append([Self.event()], on: $0) }
            let number = try #require(events[0].id)
            let start = try await log.start(after: 0, upTo: number)
            #expect((number - 10_000..<number).contains(start))
            #expect(try await log.start(after: start, upTo: number) == start)
            #expect(try await log.start(after: number, upTo: number) == number)
            let (found, place) = try await log.events(after: start, upTo: number, tenant: "acme", limit: 10)
            #expect(found == events)
            #expect(place == number)
        }
    }
}
