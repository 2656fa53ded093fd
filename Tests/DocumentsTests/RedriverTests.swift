import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Documents

@Suite struct RedriverTests {
    @Test func deadDeliveryBeginsItsNextRound() async throws {
        try await withDatabase { database in
            let sample = try await database.died(Sample.notification(["expiresIn": "2h", "priority": "low"]))
            let (count, redriven) = try await database.redrive(DeadLetterFilter())
            #expect(count == 1)
            #expect(
                redriven.jobs == [
                    .email: [QueuedDelivery(id: sample.id, tenant: "acme", priority: .low, cost: 1, delay: .zero)]
                ])
            let event = try #require(redriven.events.first)
            #expect(
                redriven.events == [
                    StatusEvent(
                        id: event.id, notificationId: sample.id, tenant: "acme", userId: nil, channel: .email,
                        route: .email, status: "pending", previous: .failed, outcome: "redriven", at: event.at)
                ])
            #expect(try await database.timeline(sample.id).map(\.outcome) == ["rejected", "redriven"])
            #expect(try await database.delivery(sample.id) == DeliveryRow(round: 2))
            let email = try #require(try await database.channels(sample.id)[.email])
            #expect(email.standing == Standing(round: 2, status: .pending))
            #expect(try await database.count("dead_letters") == 0)
            let lifetime: Double = try await database.pool.query(
                "SELECT extract(epoch FROM expires_at - now())::float8 FROM deliveries")[0].get(0)
            #expect((7100...7200).contains(lifetime))

            let permit = try await database.permits().grant(sample.id)
            #expect((permit.round, permit.attempt) == (2, 1))
            #expect(permit.expiresAt.timeIntervalSince(permit.grantedAt) > 7000, "and not when the first round ended")
            #expect(permit.openTargets.count == 1)
            _ = try await database.record(permit.settled())
            #expect(try await database.channels(sample.id)[.email]?.standing == Standing(round: 2, status: .sent))
        }
    }

    @Test func newerTakesThePlaceOfWhatIsTriedAgain() async throws {
        try await withDatabase { database in
            let old = try await database.died(Sample.notification(["collapseKey": "k"]))
            _ = try await database.redrive(DeadLetterFilter())
            _ = try await database.accept(Sample.notification(["collapseKey": "k"], at: Sample.moment + 60))
            #expect(try await database.permits().answer(old.id).summary.hasPrefix("over: cancelled"))
        }
    }

    @Test func doingItAgainChangesNothing() async throws {
        try await withDatabase { database in
            let sample = try await database.died(Sample.notification())
            let letters = try await database.letters()
            let redriver = Redriver(pool: database.pool)
            async let first = redriver.redrive(letters, tenant: "acme") { _ in }
            async let second = redriver.redrive(letters, tenant: "acme") { _ in }
            #expect(try await first + second == 1)
            #expect(try await redriver.redrive(letters, tenant: "acme") { _ in } == 0)
            #expect(try await database.timeline(sample.id).count { $0.outcome == "redriven" } == 1)
            #expect(try await database.count("deliveries") == 1)
        }
    }

    @Test func onlyDevicesThatFailedAreSentToAgain() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(
                Sample.notification(["channels": ["push"]], to: Sample.manyAddresses))
            _ = try await database.record(database.permits().grant(sample.id, on: .apns).settled())
            _ = try await database.record(
                database.permits().grant(sample.id, on: .fcm).settled(.failed, failure: Report.refused))
            let (count, redriven) = try await database.redrive(DeadLetterFilter())
            #expect(count == 1)
            #expect(redriven.jobs[.fcm]?.map(\.cost) == [2])
            #expect(redriven.events.map(\.status) == ["sent"], "the phone has it")
            let push = try #require(try await database.channels(sample.id)[.push])
            #expect(push.targets.mapValues(\.status) == ["phone": .sent, "tablet": .pending, "watch": .pending])
            let permit = try await database.permits().grant(sample.id, on: .fcm)
            #expect(permit.openTargets.map(\.id) == ["tablet", "watch"])
            _ = try await database.record(permit.settled())
            let after = try #require(try await database.channels(sample.id)[.push])
            #expect(after.targets.mapValues(\.status) == ["phone": .sent, "tablet": .sent, "watch": .sent])
            #expect(!after.isOpen)
        }
    }

    @Test func whatSucceededLateIsOnlyRemovedFromTheList() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let first = try await database.permits().grant(sample.id)
            try await database.abandonPermit(of: sample.id)
            let second = try await database.permits().grant(sample.id)
            _ = try await database.record(second.settled(.failed, failure: Report.refused))
            _ = try await database.record(first.settled())
            let (count, redriven) = try await database.redrive(DeadLetterFilter())
            #expect(count == 0)
            #expect(redriven.events.isEmpty)
            #expect(try await database.count("dead_letters") == 0)
            #expect(try await database.count("deliveries") == 0)
            #expect(try await database.channels(sample.id)[.email]?.status == .sent)
        }
    }

    @Test func letterWhoseChannelIsStillAtWorkIsKept() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(
                Sample.notification(["channels": ["push"]], to: Sample.manyAddresses))
            _ = try await database.record(
                database.permits().grant(sample.id, on: .fcm).settled(.failed, failure: Report.refused))
            #expect(try await database.redrive(DeadLetterFilter()).count == 0)
            #expect(try await database.letters().map(\.route) == [.fcm])
            _ = try await database.record(
                database.permits().grant(sample.id, on: .apns).settled(.failed, failure: Report.refused))
            #expect(try await database.redrive(DeadLetterFilter()).count == 2)
        }
    }

    /// A worker that was told the delivery is over, and hung before it said so, holds no fence to tell it by.
    @Test func hangingWorkerOfTheRoundBeforeEndsNothing() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await database.crash(sample.id, times: 3)
            guard case .over(let permit, .failed, .poison) = try await database.permits().answer(sample.id) else {
                Issue.record("not poison")
                return
            }
            let report = permit.settled(.failed, failure: .poison)
            #expect(permit.fence == nil)
            #expect(try await database.record(report).wasCurrent)
            #expect(try await database.redrive(DeadLetterFilter()).count == 1)
            let late = try await database.record(report)
            #expect(!late.wasCurrent)
            #expect(late.events.isEmpty)
            #expect(try await database.delivery(sample.id) == DeliveryRow(round: 2))
            #expect(try await database.channels(sample.id)[.email]?.status == .pending)
            #expect(try await database.count("dead_letters") == 0)
        }
    }

    @Test func unknownThatMayBeSentOnceIsForAPersonToDecide() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(["delivery": "atMostOnce"]))
            let permit = try await database.permits().grant(sample.id)
            let record = AttemptRecord(
                permit: permit, decision: .settle(.unknown, deadLetter: DeliveryStatus.unknown.isGivenUp),
                result: permit.result(.unknown, failure: .permitLost), outcome: "unknown")
            _ = try await database.record(record)
            #expect(try await database.redrive(DeadLetterFilter()).count == 1)
            #expect(try await database.permits().grant(sample.id).round == 2)
        }
    }

    @Test func letterWithoutItsDocumentGoes() async throws {
        try await withDatabase { database in
            let sample = try await database.died(Sample.notification())
            let letters = try await database.letters()
            try await database.pool.query("DELETE FROM notifications WHERE id = \(sample.id)")
            #expect(try await Redriver(pool: database.pool).redrive(letters, tenant: "acme") { _ in } == 0)
            #expect(try await database.count("dead_letters") == 0)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func lettersOfOthersAreLeftAlone() async throws {
        try await withDatabase { database in
            _ = try await database.died(Sample.notification(tenant: "globex"))
            let foreign = try await database.letters(tenant: "globex")
            #expect(try await database.letters() == [])
            let redriver = Redriver(pool: database.pool)
            #expect(try await redriver.redrive(foreign, tenant: "acme") { _ in } == 0)
            #expect(try await database.count("dead_letters") == 1)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func moreThanIsAskedForIsLeftForLaterOldestFirst() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(250)
            try await database.accept(samples)
            for start in stride(from: 0, to: 250, by: 50) {
                let permits = try await database.permits().grants(samples[start..<start + 50].map(\.id))
                _ = try await OutcomeRecorder(pool: database.pool)
                    .record(permits.map { $0.settled(.failed, failure: Report.refused) })
            }
            let redriver = Redriver(pool: database.pool)
            let (letters, hasMore) = try await redriver.matches(DeadLetterFilter(), tenant: "acme", limit: 200)
            #expect(Set(letters.map(\.notificationId)) == Set(samples[..<200].map(\.id)))
            #expect(hasMore)
            #expect(try await redriver.redrive(letters, tenant: "acme") { _ in } == 200)
            #expect(try await redriver.matches(DeadLetterFilter(), tenant: "acme", limit: 50).hasMore == false)
            #expect(try await database.count("dead_letters") == 50)
            #expect(try await database.count("deliveries") == 200)
        }
    }
}

extension TestDatabase {
    /// Accepts a notification whose e-mail the provider refuses.
    func died(_ notification: AcceptedNotification) async throws -> AcceptedNotification {
        try await accept([notification])
        _ = try await record(permits().grant(notification.id).settled(.failed, failure: Report.refused))
        return notification
    }

    func letters(_ filter: DeadLetterFilter = DeadLetterFilter(), tenant: String = "acme") async throws -> [DeadLetter]
    {
        try await DeadLetterStore(pool: pool).page(filter, tenant: tenant, after: nil, limit: 100).items
    }

    /// Re-drives what fits, and gathers what is to be published and enqueued.
    func redrive(_ filter: DeadLetterFilter) async throws -> (count: Int, redriven: Redriven) {
        let redriver = Redriver(pool: pool)
        let (letters, _) = try await redriver.matches(filter, tenant: "acme", limit: 1000)
        let collected = Collected<Redriven>()
        let count = try await redriver.redrive(letters, tenant: "acme") { collected.add([$0]) }
        return (count, collected.elements.first ?? Redriven())
    }
}
