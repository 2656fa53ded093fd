import HTTPTypes
import Notifications
import Synchronization

/// Holds every key to its rate, in this process: to be exact over all processes would cost a round trip a request.
///
/// A request costs 1, and a list of recipients 1 for each of them. It is let in while anything is left; what a list costs
/// beyond that is paid off before the next request.
final class RateLimiter: Sendable {
    private let standardRate: Int
    private let capacity: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    /// By key. Only keys that exist come here, so made-up ones cannot fill it.
    private let buckets = Mutex<[String: TokenBucket]>([:])

    /// - Parameters:
    ///   - standardRate: requests a second of a key that has no rate of its own; 0 is no limit.
    ///   - capacity: keys remembered.
    init(
        standardRate: Int, capacity: Int = 10_000,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now }
    ) {
        self.standardRate = standardRate
        self.capacity = capacity
        self.now = now
    }

    /// Counts a request; throws 429 when nothing is left.
    func admit(_ caller: Caller) throws {
        let refusing = withBucket(of: caller) { bucket, now in bucket.take(at: now) ? nil : bucket }
        if let refusing, let bucket = refusing { throw Problem.rateLimited(bucket) }
    }

    /// Counts recipients beyond a request's first.
    func charge(_ caller: Caller, recipients: Int) {
        _ = withBucket(of: caller) { bucket, _ in bucket.charge(recipients - 1) }
    }

    /// What an answer says of the caller's rate; empty without one.
    func headers(for caller: Caller) -> HTTPFields {
        withBucket(of: caller) { bucket, now in
            bucket.fill(at: now)
            return bucket.headers
        } ?? [:]
    }

    /// Nil when the caller has no limit.
    private func withBucket<Result: Sendable>(
        of caller: Caller, _ body: (inout TokenBucket, ContinuousClock.Instant) -> Result
    ) -> Result? {
        let rate = caller.rate ?? standardRate
        guard rate > 0, !caller.keyId.isEmpty else { return nil }
        let now = now()
        return buckets.withLock { buckets in
            if buckets[caller.keyId] == nil { makeRoom(in: &buckets, at: now) }
            var bucket = buckets[caller.keyId] ?? TokenBucket(rate: rate, at: now)
            if bucket.rate != rate { bucket = TokenBucket(rate: rate, at: now) }
            defer { buckets[caller.keyId] = bucket }
            return body(&bucket, now)
        }
    }

    /// A full bucket says no more than none. Should none be full, all begin anew rather than grow without end.
    private func makeRoom(in buckets: inout [String: TokenBucket], at now: ContinuousClock.Instant) {
        guard buckets.count >= capacity else { return }
        buckets = buckets.filter { entry in
            var bucket = entry.value
            bucket.fill(at: now)
            return bucket.secondsUntilFull > 0
        }
        if buckets.count >= capacity { buckets.removeAll() }
    }
}

extension TokenBucket {
    /// **Source:** draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4: quota and window, then what remains of it
    /// and the seconds until all of it does.
    var headers: HTTPFields {
        [
            .rateLimitPolicy: #""key";q=\#(rate);w=1"#,
            .rateLimit: #""key";r=\#(remaining);t=\#(secondsUntilFull)"#,
        ]
    }
}
