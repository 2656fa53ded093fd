import Foundation
import Notifications
import Testing

@testable import Documents

/// Whether a later step of a plan is needed is decided when its permit is taken.
@Suite struct PlanTests {
    /// Accepts an e-mail that a message follows, which is due now.
    private func accept(_ database: TestDatabase, unless condition: JSON) async throws -> AcceptedNotification {
        let steps: JSON = [["channels": ["email"]], ["channels": ["sms"], "after": "1h", "unless": condition]]
        let sample = try await database.accept(Sample.notification(["plan": steps], to: Sample.manyAddresses))
        #expect(sample.channels[.sms]?.status == .scheduled)
        #expect(try await database.dueTime(sample.id, on: .sms) == Sample.moment + 3600)
        #expect(try await database.permits().answer(sample.id, on: .sms).summary == "refused")
        try await database.alterDelivery(sample.id, set: "not_before = least(not_before, now())")
        return sample
    }

    @Test func stepIsSkippedWhereAnEarlierOneHasDoneItsWork() async throws {
        try await withDatabase { database in
            let sample = try await accept(database, unless: "sent")
            _ = try await database.record(database.permits().grant(sample.id).settled())
            let answer = try await database.permits().answer(sample.id, on: .sms)
            guard case .over(let permit, .skipped, let failure) = answer else {
                Issue.record("\(answer.summary)")
                return
            }
            #expect(failure == .planSatisfied)
            #expect(permit.attempt == 0)
            let result = RouteResult(permit, over: .skipped, failure, at: Sample.moment)
            let decision = AttemptVerdict.Decision.settle(result.standing.status, deadLetter: false)
            _ = try await database.record(
                AttemptRecord(permit: permit, decision: decision, result: result, outcome: nil))
            let sms = try #require(try await database.channels(sample.id)[.sms])
            #expect(sms.status == .skipped)
            #expect(sms.failure == .planSatisfied)
            #expect(sms.attempts == 0)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func stepIsSentWhereNoEarlierOneHas() async throws {
        try await withDatabase { database in
            for condition: JSON in ["delivered", "read", nil] {
                let sample = try await accept(database, unless: condition)
                _ = try await database.record(database.permits().grant(sample.id).settled())
                #expect(try await database.permits().answer(sample.id, on: .sms).summary == "granted", "\(condition)")
            }
            let failing = try await accept(database, unless: "sent")
            _ = try await database.record(
                database.permits().grant(failing.id).settled(.failed, failure: Report.refused))
            #expect(try await database.permits().answer(failing.id, on: .sms).summary == "granted")
        }
    }

    @Test func whatSomebodyWantsTriedAgainIsSent() async throws {
        try await withDatabase { database in
            let sample = try await accept(database, unless: "sent")
            _ = try await database.record(
                database.permits().grant(sample.id, on: .sms).settled(.failed, failure: Report.refused))
            _ = try await database.record(database.permits().grant(sample.id).settled())
            #expect(try await database.redrive(DeadLetterFilter()).count == 1)
            #expect(try await database.permits().answer(sample.id, on: .sms).summary == "granted")
        }
    }
}
