import Testing

@testable import API

struct TokenBucketTests {
    enum Step: Sendable {
        case take, refused, charge(Int)
    }

    struct History: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Each with its millisecond.
        var steps: [(Int, Step)]
        var remaining: Int
        var secondsUntilFull: Int
        var retryAfter: Int
    }

    /// Of a bucket that gets 4 tokens a second.
    static let histories = [
        History(testDescription: "new", steps: [], remaining: 4, secondsUntilFull: 0, retryAfter: 1),
        History(testDescription: "one taken", steps: [(0, .take)], remaining: 3, secondsUntilFull: 1, retryAfter: 1),
        History(
            testDescription: "all taken at once",
            steps: [(0, .take), (0, .take), (0, .take), (0, .take), (0, .refused)], remaining: 0, secondsUntilFull: 1,
            retryAfter: 1),
        History(
            testDescription: "one came back",
            steps: [(0, .take), (0, .take), (0, .take), (0, .take), (249, .refused), (250, .take), (251, .refused)],
            remaining: 0, secondsUntilFull: 1, retryAfter: 1),
        History(
            testDescription: "never more than a second's worth",
            steps: [(60_000, .take), (60_000, .take), (60_000, .take), (60_000, .take), (60_000, .refused)],
            remaining: 0, secondsUntilFull: 1, retryAfter: 1),
        History(
            testDescription: "a list is paid off", steps: [(0, .take), (0, .charge(11)), (2000, .refused)],
            remaining: 0, secondsUntilFull: 1, retryAfter: 1),
        History(
            testDescription: "a list puts into debt", steps: [(0, .take), (0, .charge(11)), (0, .refused)],
            remaining: 0, secondsUntilFull: 3, retryAfter: 3),
        History(
            testDescription: "a clock that went back gives nothing",
            steps: [(1000, .take), (1000, .take), (1000, .take), (1000, .take), (0, .refused), (1000, .refused)],
            remaining: 0, secondsUntilFull: 1, retryAfter: 1),
    ]

    @Test(arguments: histories)
    func whatIsLeftFollowsFromWhatWasTaken(history: History) {
        let start = ContinuousClock.now
        var bucket = TokenBucket(rate: 4, at: start)
        for (millisecond, step) in history.steps {
            let now = start + .milliseconds(millisecond)
            switch step {
            case .take, .refused:
                let isTaken = bucket.take(at: now)
                if case .take = step { #expect(isTaken) } else { #expect(!isTaken) }
            case .charge(let count): bucket.charge(count)
            }
        }
        #expect(bucket.remaining == history.remaining)
        #expect(bucket.secondsUntilFull == history.secondsUntilFull)
        #expect(bucket.retryAfter == history.retryAfter)
    }
}
