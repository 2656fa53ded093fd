import Documents
import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@Suite struct DeadPermitTests {
    @Test func theAttemptIsOnRecordAsUnknownAndTheNextPermitIsGranted() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(to: ["userId": "ada", "email": "a@b.c"]))
            let store = database.permits()
            let first = try await store.grant(sample.id)
            try await database.abandonPermit(of: sample.id)

            let (answers, events) = try await store.take(
                [sample.id], route: .email, provider: "other", suspects: 1)

            let second = try #require(answers[sample.id]?.permit)
            #expect((second.attempt, second.crashes) == (2, 1))
            #expect(try #require(second.fence) > first.fence ?? .max)
            let event = try #require(events.first)
            #expect(
                events == [
                    StatusEvent(
                        id: event.id, notificationId: sample.id, tenant: "acme", userId: "ada", channel: .email,
                        route: .email, status: "pending", outcome: "unknown", attempt: 1, provider: "simulator",
                        failure: .permitLost, at: event.at)
                ])
            #expect(event.id != nil)
            #expect(try await database.timeline(sample.id).map(\.outcome) == ["unknown"])
            #expect(
                try await database.delivery(sample.id)
                    == DeliveryRow(attempts: 2, crashes: 1, provider: "other", isHeld: true))
        }
    }

    @Test func aPermitIsNotDeadBeforeItsEndAndItsGrace() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = database.permits(lasting: .milliseconds(200), grace: .milliseconds(200))
            let start = ContinuousClock.now
            _ = try await store.grant(sample.id)
            try await eventually("the next one is granted") {
                try await store.answer(sample.id).permit != nil
            }
            #expect(ContinuousClock.now - start >= .milliseconds(400))
        }
    }

    @Test func atMostOnceIsOverAsUnknown() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(["delivery": "atMostOnce"]))
            try await database.crash(sample.id)
            let (answers, events) = try await database.permits().take(
                [sample.id], route: .email, provider: "simulator", suspects: 1)
            #expect(answers[sample.id]?.summary == "over: unknown, permitLost")
            #expect(events.map(\.outcome) == ["unknown"])
            #expect(
                try await database.delivery(sample.id)
                    == DeliveryRow(attempts: 1, crashes: 1, provider: "simulator"))
        }
    }

    @Test func threeCrashesArePoison() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await database.crash(sample.id, times: 3)
            #expect(try await database.permits().answer(sample.id).summary == "over: failed, poison")
            #expect(try await database.delivery(sample.id)?.crashes == 3)
            #expect(try await database.timeline(sample.id).map(\.attempt) == [1, 2, 3])
        }
    }

    @Test func aCrashInTheLastAttemptIsTheEnd() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await database.crash(sample.id, times: 2)
            let answer = try await database.permits(attempts: 2).answer(sample.id)
            #expect(answer.summary == "over: failed, permitLost")
        }
    }

    @Test(arguments: [0, 1, 3])
    func noMoreSuspectsAreGrantedThanAskedFor(_ suspects: Int) async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(10)
            try await database.accept(samples)
            // The first three are known suspects, the next three are found to be suspects now, the others are innocent.
            for sample in samples[..<3] {
                try await database.alterDelivery(sample.id, set: "crashes = 2")
            }
            for sample in samples[3..<6] {
                try await database.alterDelivery(sample.id, set: "crashes = 1")
                try await database.crash(sample.id)
            }
            try await database.alterDelivery(samples[6].id, set: "crashes = 1")
            let (answers, events) = try await database.permits().take(
                samples.map(\.id), route: .email, provider: "simulator", suspects: suspects)
            #expect(samples[..<6].count { answers[$0.id]?.permit != nil } == suspects)
            #expect(samples[6...].allSatisfy { answers[$0.id]?.permit != nil })
            #expect(events.count == 3)
            #expect(answers.values.compactMap(\.wait).allSatisfy { $0 > .zero && $0 < .seconds(1) })
        }
    }

    @Test func twoWhoFindTheSameDeadPermitsCountEachCrashOnce() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(32)
            try await database.accept(samples)
            let ids = samples.map(\.id)
            let store = database.permits()
            for round in 1...10 {
                try await database.pool.query("UPDATE deliveries SET crashes = 0, fence = NULL, permit_until = NULL")
                _ = try await store.grants(ids)
                for id in ids { try await database.abandonPermit(of: id) }
                async let first = store.take(ids, route: .email, provider: "simulator", suspects: 64)
                async let second = store.take(ids.reversed(), route: .email, provider: "simulator", suspects: 64)
                var taken = try await [first, second]
                // Each leaves alone what the other has locked; that is asked for again, as by a worker.
                taken.append(try await store.take(ids, route: .email, provider: "simulator", suspects: 64))
                #expect(taken.flatMap(\.events).count == 32)
                #expect(Set(taken.flatMap(\.events).map(\.notificationId)).count == 32)
                #expect(try await database.count("deliveries WHERE crashes = 1") == 32)
                #expect(try await database.count("delivery_events") == 32 * round)
                try await database.pool.query("UPDATE deliveries SET attempts = 0")
            }
        }
    }

    /// Each delivery is either closed by the late report, or its attempt becomes unknown; nobody waits in a ring.
    @Test func aLateReportOrTheNextTakerDecidesNeverBoth() async throws {
        try await withDatabase { database in
            for _ in 0..<10 {
                let samples = Sample.notifications(32)
                try await database.accept(samples)
                let ids = samples.map(\.id)
                let late = try await database.permits().grants(ids).map { $0.settled() }
                for id in ids { try await database.abandonPermit(of: id) }
                async let reports = OutcomeRecorder(pool: database.pool).record(late.reversed())
                async let taken = database.permits()
                    .take(ids, route: .email, provider: "simulator", suspects: 64)
                let closed = try await reports.filter(\.wasCurrent).map(\.record.permit.notificationId)
                let buried = try await taken.events.map(\.notificationId)
                #expect(Set(closed).isDisjoint(with: buried))
                for id in closed { #expect(try await database.delivery(id) == nil) }
                for id in buried { #expect(try await database.delivery(id)?.crashes == 1) }
                let all = try await ids.asyncMap { try await database.channels($0)[.email]?.status }
                #expect(all == ids.map { _ in .sent }, "the late success is kept in either case")
            }
        }
    }
}
