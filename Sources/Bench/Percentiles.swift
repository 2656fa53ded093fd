/// The 50th, 95th and 99th of a hundred, by nearest rank.
struct Percentiles: Sendable, Hashable {
    var p50: Double
    var p95: Double
    var p99: Double

    init(p50: Double, p95: Double, p99: Double) {
        self.p50 = p50
        self.p95 = p95
        self.p99 = p99
    }

    /// Nil of nothing.
    init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        func rank(_ share: Double) -> Double {
            sorted[min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.up)) - 1)]
        }
        self.init(p50: rank(0.5), p95: rank(0.95), p99: rank(0.99))
    }
}
