import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct EventLogTests {
    @Test func waitForAnEndpointIsSaidOnce() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = database.permits()
            let waiting = DeliveryFailure.endpointUnavailable
            for failure in [Report.busy, waiting, waiting, waiting, Report.busy, Report.busy, waiting, waiting] {
                _ = try await database.record(
                    store.grant(sample.id).postponed(after: .zero, spendsAttempt: false, failure: failure))
            }
            let timeline = try await database.timeline(sample.id)
            #expect(timeline.map(\.failure) == [Report.busy, waiting, Report.busy, Report.busy, waiting])
            #expect(try await database.channels(sample.id)[.email]?.failure == waiting)
        }
    }

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
            let all = try await log.events(after: 0, tenant: "acme", limit: 100).events
            #expect(all.count == 10)
            #expect(Set(all.map(\.tenant)) == ["acme"])
            let numbers = all.compactMap(\.id)
            #expect(numbers.count == 10)
            #expect(numbers == numbers.sorted())
            let (some, next) = try await log.events(after: numbers[3], tenant: "acme", limit: 3)
            #expect(some == Array(all[4..<7]))
            #expect(next == numbers[6])
            let (none, end) = try await log.events(after: numbers[9], tenant: "acme", limit: 3)
            #expect(none == [])
            #expect(end == nil)
        }
    }

    /// Others logged 25,000 events since: whoever resumes goes through them window by window, to its own newest one.
    @Test func resumingReadsWindowByWindowToTheEnd() async throws {
        try await withDatabase { database in
            let log = EventLog(pool: database.pool)
            #expect(try await log.events(after: 0, tenant: "acme", limit: 10).next == nil)
            try await database.pool.query(
                """
                INSERT INTO delivery_events (at, notification_id, tenant, event)
                SELECT now(), gen_random_uuid(), 'globex', '{}' FROM generate_series(1, 25000)
                """)
            let sample = try await database.accept(Sample.notification())
            _ = try await database.record(database.permits().grant(sample.id).settled())
            var (found, looks): ([StatusEvent], Int) = ([], 0)
            var after: Int64? = 0
            while let start = after {
                let (events, next) = try await log.events(after: start, tenant: "acme", limit: 10)
                found += events
                looks += 1
                after = next
            }
            #expect(found.map(\.notificationId) == [sample.id])
            #expect(looks == 3)
        }
    }
}
