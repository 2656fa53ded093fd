import Foundation
import Notifications
import Testing

@testable import Documents

@Suite struct CancellerTests {
    @Test func whatNobodyIsSendingEndsAtOnce() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(["sendAt": .string(Self.tomorrow)]))
            let (cancellations, cancelled) = try await database.cancel([sample.id])
            #expect(cancellations.map(\.channels) == [[.email: .cancelled]])
            #expect(cancelled.jobs == [.email: [sample.id]])
            #expect(cancelled.events.map(\.status) == ["cancelled"])
            #expect(cancelled.events.map(\.previous) == [.scheduled])
            #expect(try await database.channels(sample.id)[.email]?.status == .cancelled)
            #expect(try await database.timeline(sample.id).map(\.id) == cancelled.events.map(\.id))
            #expect(try await database.count("deliveries") == 0)
            #expect(try await database.count("dead_letters") == 0)
            #expect(try await database.permits().answer(sample.id).summary == "gone")
        }
    }

    @Test func cancellingAgainFindsNothingOpen() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            async let first = database.cancel([sample.id])
            async let second = database.cancel([sample.id])
            let events = try await first.cancelled.events + second.cancelled.events
            #expect(events.count == 1)
            #expect(try await database.cancel([sample.id]).cancellations.isEmpty)
        }
    }

    @Test func attemptUnderWayIsTheLast() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let permit = try await database.permits().grant(sample.id)
            let (cancellations, cancelled) = try await database.cancel([sample.id])
            #expect(cancellations.map(\.channels) == [[.email: .inFlight]])
            #expect(cancelled.events.isEmpty && cancelled.jobs.isEmpty)

            let recorded = try await database.record(permit.postponed(after: .seconds(900)))
            #expect(recorded.record.decision == .retry(after: .zero, spendsAttempt: true))
            let answer = try await database.permits().answer(sample.id)
            #expect(answer.summary == "over: cancelled, no failure")
        }
    }

    @Test func attemptUnderWayMayStillSucceed() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let permit = try await database.permits().grant(sample.id)
            _ = try await database.cancel([sample.id])
            #expect(try await database.record(permit.settled()).wasCurrent)
            #expect(try await database.channels(sample.id)[.email]?.status == .sent)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func retryThatNobodyCancelledKeepsItsWait() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let permit = try await database.permits().grant(sample.id)
            let recorded = try await database.record(permit.postponed(after: .seconds(900)))
            #expect(recorded.record.decision == .retry(after: .seconds(900), spendsAttempt: true))
        }
    }

    @Test func devicesThatHaveItKeepItAndTheOthersGetNothing() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(
                Sample.notification(["channels": ["push"]], to: Sample.manyAddresses))
            let permit = try await database.permits().grant(sample.id, on: .fcm)
            var result = permit.result(.pending, failure: Report.busy)
            result.targets["tablet"]?.standing.status = .sent
            _ = try await database.record(
                AttemptRecord(
                    permit: permit, decision: .retry(after: .seconds(900), spendsAttempt: true), result: result,
                    outcome: "retry"))
            let (cancellations, cancelled) = try await database.cancel([sample.id])
            #expect(cancellations.map(\.channels) == [[.push: .cancelled]])
            #expect(Set(cancelled.jobs.keys) == [.apns, .fcm])
            let push = try #require(try await database.channels(sample.id)[.push])
            #expect(push.status == .sent)
            #expect(push.targets.mapValues(\.status) == ["phone": .cancelled, "tablet": .sent, "watch": .cancelled])
        }
    }

    @Test func keyCancelsWhatIsOpenOfItsTenantOnly() async throws {
        try await withDatabase { database in
            let request: JSON = ["cancellationKey": "order-1"]
            let own = try await database.accept(Sample.notification(request))
            let sent = try await database.accept(Sample.notification(request))
            _ = try await database.record(database.permits().grant(sent.id).settled())
            _ = try await database.accept(Sample.notification(["cancellationKey": "order-2"]))
            let foreign = try await database.accept(Sample.notification(request, tenant: "other"))
            let canceller = Canceller(pool: database.pool)
            let (ids, hasMore) = try await canceller.open(cancellationKey: "order-1", tenant: "acme", limit: 10)
            #expect(ids == [own.id])
            #expect(!hasMore)
            let (cancellations, _) = try await database.cancel([own.id, sent.id, foreign.id])
            #expect(cancellations.map(\.id) == [own.id])
            #expect(try await database.count("deliveries") == 2)
        }
    }

    @Test func moreThanTheLimitIsSaid() async throws {
        try await withDatabase { database in
            try await database.accept((0..<3).map { _ in Sample.notification(["cancellationKey": "k"]) })
            let canceller = Canceller(pool: database.pool)
            let (ids, hasMore) = try await canceller.open(cancellationKey: "k", tenant: "acme", limit: 2)
            #expect(ids.count == 2 && hasMore)
        }
    }

    /// A crash between the two steps: the worker that meets the flagged delivery ends it.
    @Test func flaggedDeliveryGetsNoPermit() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await database.alterDelivery(sample.id, set: "cancelled = true")
            #expect(try await database.permits().answer(sample.id).summary == "over: cancelled, no failure")
        }
    }

    private static let tomorrow = Sample.moment.addingTimeInterval(86400).ISO8601Format()
}

extension TestDatabase {
    func cancel(
        _ ids: [UUID]
    ) async throws -> (cancellations: [Cancellation], cancelled: Cancelled) {
        var all = Cancelled()
        let cancellations = try await Canceller(pool: pool).cancel(ids, tenant: "acme") { all = $0 }
        return (cancellations, all)
    }
}
