import Foundation

/// How long the simulator takes to answer.
public enum LatencyDistribution: Sendable, Hashable {
    case constant(Duration)
    /// Evenly between the two.
    case uniform(ClosedRange<Duration>)
    /// Half are below `median`, ninety-nine in a hundred below `p99`: the long tail of a real API.
    case logNormal(median: Duration, p99: Duration)

    /// The 99th percentile of the standard normal distribution.
    private static let z99 = 2.326_347_874_040_841

    func sample(using random: inout SplitMix64) -> Duration {
        switch self {
        case .constant(let latency): return latency
        case .uniform(let range):
            return range.lowerBound + (range.upperBound - range.lowerBound) * random.nextUnit()
        case .logNormal(let median, let p99):
            guard median > .zero else { return .zero }
            let sigma = log(p99 / median) / LatencyDistribution.z99
            // Box and Muller; 1 - u is never zero.
            let radius = (-2 * log(1 - random.nextUnit())).squareRoot()
            return median * exp(sigma * radius * cos(2 * .pi * random.nextUnit()))
        }
    }
}
