import Documents
import Foundation
import Notifications
import Testing

@Suite struct EventLogTests {
    @Test func theTimelineTellsEveryAttemptInOrder() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = database.permits()
            _ = try await database.record(store.grant(sample.id).postponed(after: .zero))
            _ = try await database.record(store.grant(sample.id).settled())
            let timeline = try await database.timeline(sample.id)
            #expect(timeline.map(\.outcome) == ["retry", "accepted"])
            #expect(timeline.map(\.attempt) == [1, 2])
            #expect(timeline.map(\.status) == ["pending", "sent"])
            #expect(timeline.map(\.failure) == [Report.busy, nil])
            #expect(timeline.compactMap(\.id).count == 2)
            #expect(try await database.timeline(sample.id, tenant: "globex") == [])
        }
    }

    @Test func aStreamResumesBehindAnyNumber() async throws {
        try await withDatabase { database in
            for tenant in ["acme", "globex"] {
                let samples = (0..<10).map { _ in Sample.notification(tenant: tenant) }
                try await database.accept(samples)
                let permits = try await database.permits().grants(samples.map(\.id))
                _ = try await OutcomeRecorder(pool: database.pool).record(permits.map { $0.settled() })
            }
            let log = EventLog(pool: database.pool)
            let all = try await log.events(after: 0, tenant: "acme", limit: 100)
            #expect(all.count == 10)
            #expect(Set(all.map(\.tenant)) == ["acme"])
            let numbers = all.compactMap(\.id)
            #expect(numbers.count == 10)
            #expect(numbers == numbers.sorted())
            #expect(try await log.events(after: numbers[3], tenant: "acme", limit: 3) == Array(all[4..<7]))
            #expect(try await log.events(after: numbers[9], tenant: "acme", limit: 3) == [])
        }
    }
}
