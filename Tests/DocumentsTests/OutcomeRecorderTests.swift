import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct OutcomeRecorderTests {
    @Test func settlingDeletesTheDeliveryAndWritesStatusAndEvent() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(to: ["userId": "ada", "email": "a@b.c"]))
            let permit = try await database.permits().grant(sample.id)

            let recorded = try await database.record(permit.settled())

            #expect(recorded.wasCurrent)
            var state = ChannelState(status: .sent)
            state.attempts = 1
            state.provider = "simulator"
            state.providerMessageId = "m-1"
            state.sentAt = Sample.moment
            #expect(
                try await database.channels(sample.id) == [.email: state, .inApp: ChannelState(status: .unread)])
            #expect(try await database.count("deliveries") == 0)
            #expect(try await database.count("dead_letters") == 0)
            let event = StatusEvent(
                id: recorded.events.first?.id, notificationId: sample.id, tenant: "acme", userId: "ada",
                channel: .email, route: .email, status: "sent", previous: .pending, outcome: "accepted", attempt: 1,
                provider: "simulator", at: Sample.moment)
            #expect(recorded.events == [event])
            #expect(try await database.timeline(sample.id) == [event])
        }
    }

    @Test func aBatchIsRecordedWhollyOrNotAtAll() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(3)
            try await database.accept(samples)
            let permits = try await database.permits().grants(samples.map(\.id))
            var records = permits.map { $0.settled() }
            // No partition takes an event of that time.
            records[2] = permits[2].settled(at: Date(timeIntervalSince1970: 0))
            await #expect(throws: PostgresError.self) {
                try await OutcomeRecorder(pool: database.pool).record(records)
            }
            for sample in samples {
                #expect(try await database.channels(sample.id) == sample.channels)
                #expect(try await database.delivery(sample.id)?.isHeld == true)
            }
            #expect(try await database.count("delivery_events") == 0)
        }
    }

    @Test(arguments: [(true, 1), (false, 0)])
    func aRetryWaitsAndSpendsItsAttemptUnlessItWasThrottled(_ spendsAttempt: Bool, _ attempts: Int) async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = database.permits()
            let record = try await store.grant(sample.id)
                .postponed(after: .seconds(1000), spendsAttempt: spendsAttempt)

            let recorded = try await database.record(record)

            #expect(recorded.wasCurrent)
            #expect(recorded.events.map(\.outcome) == [spendsAttempt ? "retry" : "throttled"])
            #expect(recorded.events.map(\.previous) == [nil])
            #expect(
                try await database.delivery(sample.id) == DeliveryRow(attempts: attempts, provider: "simulator"))
            let state = try #require(try await database.channels(sample.id)[.email])
            #expect(state.status == .pending)
            #expect(state.failure == Report.busy)
            let wait = try #require(try await store.answer(sample.id).wait)
            #expect((.seconds(900)...(.seconds(1000))).contains(wait))
        }
    }

    @Test func aDoubledReportChangesNothingAndLogsNothing() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let record = try await database.permits().grant(sample.id).settled(.failed, failure: Report.refused)
            #expect(try await database.record(record).wasCurrent)
            let channels = try await database.channels(sample.id)
            let doubled = try await database.record(record)
            #expect(!doubled.wasCurrent)
            #expect(doubled.events.isEmpty)
            #expect(try await database.channels(sample.id) == channels)
            #expect(try await database.count("delivery_events") == 1)
            #expect(try await database.count("dead_letters") == 1)
        }
    }

    @Test func aReportThatIsTwiceInOneBatchCountsOnce() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let record = try await database.permits().grant(sample.id).settled()
            let recorded = try await OutcomeRecorder(pool: database.pool).record([record, record])
            #expect(recorded.flatMap(\.events).count == 1)
            #expect(try await database.count("delivery_events") == 1)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func aLateFailureChangesNothing() async throws {
        try await withDatabase { database in
            let (sample, late) = try await overtaken(in: database)
            let before = try await database.delivery(sample.id)
            let recorded = try await database.record(late.postponed(after: .seconds(1)))
            #expect(!recorded.wasCurrent)
            #expect(recorded.events.isEmpty)
            #expect(try await database.delivery(sample.id) == before)
            #expect(try await database.channels(sample.id)[.email]?.status == .pending)
        }
    }

    @Test func aLateSuccessIsKeptAndLeavesTheLivePermitAlone() async throws {
        try await withDatabase { database in
            let (sample, late) = try await overtaken(in: database)
            let before = try await database.delivery(sample.id)
            let recorded = try await database.record(late.settled())
            #expect(!recorded.wasCurrent)
            #expect(recorded.events.map(\.status) == ["sent"])
            #expect(try await database.delivery(sample.id) == before)
            #expect(try await database.channels(sample.id)[.email]?.status == .sent)
        }
    }

    @Test func whatComesAfterASuccessDoesNotPutItBack() async throws {
        try await withDatabase { database in
            let (sample, late) = try await overtaken(in: database)
            _ = try await database.record(late.settled())
            var holder = late
            holder.fence = try await database.fence(of: sample.id)
            let recorded = try await database.record(holder.settled(.failed, failure: Report.refused))
            #expect(recorded.wasCurrent)
            #expect(recorded.events.map(\.previous) == [nil])
            #expect(try await database.channels(sample.id)[.email]?.status == .sent)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    /// A delivery that a second worker holds, and the first one's dead permit.
    private func overtaken(in database: TestDatabase) async throws -> (AcceptedNotification, late: Permit) {
        let sample = try await database.accept(Sample.notification())
        let late = try await database.permits().grant(sample.id)
        try await database.abandonPermit(of: sample.id)
        _ = try await database.permits().grant(sample.id)
        return (sample, late)
    }

    @Test func whatIsOverIsClosedWithoutAPermit() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await database.alterDelivery(sample.id, set: "expires_at = now()")
            guard case .over(let permit, let status, let failure) = try await database.permits().answer(sample.id)
            else {
                Issue.record("it has expired")
                return
            }
            let recorded = try await database.record(permit.settled(status, failure: failure))
            #expect(recorded.wasCurrent)
            #expect(recorded.events.map(\.status) == ["expired"])
            #expect(try await database.channels(sample.id)[.email]?.failure == .expired)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func whoIsToldThatItIsOverDoesNotCloseItUnderALivePermit() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            var permit = try await database.permits().grant(sample.id)
            permit.fence = nil
            #expect(try await !database.record(permit.settled(.failed)).wasCurrent)
            #expect(try await database.delivery(sample.id)?.isHeld == true)
        }
    }

    @Test func eachReportOfABatchGetsItsOwnEvents() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(20)
            try await database.accept(samples)
            let permits = try await database.permits().grants(samples.map(\.id))
            let doubled = Set([0, 7, 8, 19])
            _ = try await OutcomeRecorder(pool: database.pool).record(doubled.map { permits[$0].settled() })
            let recorded = try await OutcomeRecorder(pool: database.pool).record(permits.map { $0.settled() })
            for (index, attempt) in recorded.enumerated() {
                let own = attempt.events.map(\.notificationId)
                #expect(own == (doubled.contains(index) ? [] : [samples[index].id]))
            }
            let numbers = recorded.flatMap(\.events).compactMap(\.id)
            #expect(numbers.count == 16)
            #expect(numbers == numbers.sorted())
        }
    }
}
