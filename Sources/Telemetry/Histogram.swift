/// Counts observations by their size. An observation is a short search and two atomic additions.
public final class Histogram: Sendable {
    /// The upper bounds of the buckets, in whole units, and how many units make one of what is shown.
    public struct Buckets: Sendable, Hashable {
        public var bounds: [Int]
        public var unitsPerOne: Int

        /// - Parameter bounds: rising.
        public init(bounds: [Int], unitsPerOne: Int = 1) {
            self.bounds = bounds
            self.unitsPerOne = unitsPerOne
        }

        /// Durations, shown in seconds.
        public init(seconds: [Double]) {
            self.init(bounds: seconds.map { Int(($0 * 1_000_000).rounded()) }, unitsPerOne: 1_000_000)
        }

        /// What a caller waits for: 1 ms to 10 s.
        public static let latency = Buckets(
            seconds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10])
        /// What may have waited in a queue: 1 ms to a day.
        public static let delay = Buckets(
            seconds: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 21_600, 86_400])
        /// How many at once: 1 to 512.
        public static let count = Buckets(bounds: (0...9).map { 1 << $0 })
    }

    let buckets: Buckets
    /// One more than there are bounds: the last one is for all above them.
    private let counts: [Counter]
    private let total = Counter()

    public init(_ buckets: Buckets) {
        self.buckets = buckets
        counts = (0...buckets.bounds.count).map { _ in Counter() }
    }

    /// - Parameter value: in units; less than nothing counts as nothing, as when two clocks disagree.
    public func record(_ value: Int) {
        let value = max(0, value)
        counts[buckets.bounds.firstIndex { value <= $0 } ?? buckets.bounds.count].add()
        total.add(value)
    }

    /// Records a time in a histogram of `Buckets(seconds:)`.
    public func record(_ duration: Duration) {
        let parts = duration.components
        record(Int(parts.seconds) * 1_000_000 + Int(parts.attoseconds / 1_000_000_000_000))
    }

    /// How many there were up to each bound and all in all, and their sum in units.
    var snapshot: (cumulative: [Int], sum: Int) {
        var running = 0
        let cumulative = counts.map { count in
            running += count.value
            return running
        }
        return (cumulative, total.value)
    }
}
