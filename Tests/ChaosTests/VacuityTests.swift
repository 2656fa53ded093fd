import Testing

@testable import chaos

/// A run in which nothing went wrong because nothing happened is not a run.
struct VacuityTests {
    private func verdict(_ change: (inout Histories) -> Void) -> Verdict {
        let expectation = Expectation(minimumRate: 1, faults: [.redisWipe: 1], recoveries: [.rebuild])
        var histories = Histories(record: RunRecord(run: .redis, seed: 1, seconds: 1, expectation: expectation))
        histories.callers = [
            HistoryEntry("caller", .invoke, "r1", at: 0),
            HistoryEntry("caller", .ok, "r1", at: 1_000_000, ids: ["a", "b"]),
        ]
        histories.final.documents = ["a", "b"].map {
            FinalState.Document(id: $0, request: "r1", statuses: ["email": "sent"])
        }
        histories.accepts = ["a", "b"].map {
            ProviderAccept(at: 2_000_000, notification: $0, idempotencyKey: $0, attempt: 1, fence: 1)
        }
        histories.faults = [
            HistoryEntry("chaos", .invoke, "redisWipe", at: 1_200_000),
            HistoryEntry("chaos", .ok, "redisWipe", at: 1_500_000),
        ]
        histories.record.logged = ["rebuilt a route from Postgres": 2]
        change(&histories)
        return Judge.verdict(on: histories)
    }

    @Test func runWithEverythingItNeedsCounts() {
        let verdict = verdict { _ in }
        #expect(verdict.verdict == .passed, "\(verdict.problems)")
        #expect(verdict.ratePerSecond == 2 && verdict.faults == [.redisWipe: 1] && verdict.recoveries == [.rebuild: 2])
        #expect(verdict.recoveredMs == Verdict.Recovered(p50: 500, p99: 500, max: 500))
    }

    @Test func tooLittleLoadIsVacuous() {
        let verdict = verdict { $0.record.expectation.minimumRate = 3 }
        #expect(verdict.verdict == .vacuous && verdict.problems.count == 1)
    }

    @Test func faultThatNeverFiredIsVacuous() { #expect(verdict { $0.faults = [] }.verdict == .vacuous) }

    @Test func faultThatOnlyBeganIsVacuous() { #expect(verdict { $0.faults.removeLast() }.verdict == .vacuous) }

    @Test func wayBackThatWasNeverTakenIsVacuous() {
        #expect(verdict { $0.record.logged = [:] }.verdict == .vacuous)
    }

    @Test func aLossIsAFailureEvenInAVacuousRun() {
        let verdict = verdict {
            $0.faults = []
            $0.accepts = []
        }
        #expect(verdict.verdict == .failed && verdict.lost == 2)
    }

    @Test func recoveryThatTakesTooLongIsAFailure() {
        #expect(verdict { $0.record.expectation.recoveredWithinMs = 499 }.verdict == .failed)
        #expect(verdict { $0.record.expectation.recoveredWithinMs = 500 }.verdict == .passed)
    }

    @Test func recoveryIsOfWhatWasAcknowledgedBefore() {
        let waits: [(from: Int64, to: Int64)] = [(1000, 1500), (2000, 9000), (8000, 50_000)]
        #expect(Timing.recovered(from: [500], waits: waits)?.max == 0)
        #expect(Timing.recovered(from: [1000, 3000], waits: waits) == Verdict.Recovered(p50: 0.5, p99: 6, max: 6))
        #expect(Timing.recovered(from: [], waits: waits) == nil)
    }

    @Test func percentilesAreByNearestRank() {
        let values = (1...200).map { Double($0) }
        #expect(Timing.percentile(99, of: values) == 198 && Timing.percentile(50, of: values) == 100)
        #expect(Timing.percentile(99, of: [7]) == 7 && Timing.percentile(99, of: []) == nil)
    }
}
