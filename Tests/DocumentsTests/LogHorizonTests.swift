import Documents
import Testing

@Suite struct LogHorizonTests {
    /// Somebody who looks at times of a test's choice.
    private final class Observer {
        private var horizon = LogHorizon()
        private let start = ContinuousClock.now

        func note(_ last: Int64, xmin: Int64, xmax: Int64, after seconds: Double) -> Int64? {
            horizon.note(LogHorizon.Mark(last: last, xmin: xmin, xmax: xmax), at: start + .seconds(seconds))
        }
    }

    @Test func whatTheLookBeforeSawIsCompleteWhereNothingRuns() {
        let observer = Observer()
        #expect(observer.note(5, xmin: 10, xmax: 10, after: 0) == nil)
        #expect(observer.note(8, xmin: 12, xmax: 12, after: 1) == 5)
        #expect(observer.note(8, xmin: 12, xmax: 12, after: 2) == 8)
    }

    @Test func transactionThatRunsHoldsBackWhatWasGivenSinceItBegan() {
        let observer = Observer()
        _ = observer.note(5, xmin: 10, xmax: 10, after: 0)
        // Transaction 11 has perhaps one of the numbers up to 8.
        #expect(observer.note(8, xmin: 11, xmax: 13, after: 1) == nil)
        #expect(observer.note(9, xmin: 11, xmax: 14, after: 2) == nil)
        #expect(observer.note(9, xmin: 13, xmax: 15, after: 3) == 5, "11 has ended, 13 has not")
        #expect(observer.note(9, xmin: 15, xmax: 15, after: 4) == 9)
    }

    @Test func noTransactionIsWaitedForForEver() {
        let observer = Observer()
        _ = observer.note(5, xmin: 10, xmax: 11, after: 0)
        #expect(observer.note(8, xmin: 10, xmax: 12, after: 1) == nil)
        #expect(observer.note(9, xmin: 10, xmax: 13, after: 14.9) == nil)
        #expect(observer.note(9, xmin: 10, xmax: 14, after: 15.1) == 5)
        #expect(observer.note(9, xmin: 10, xmax: 15, after: 16.1) == 8)
    }
}
