import Foundation
import Notifications

/// What `belfry bench overload` found.
public struct OverloadReport: BenchmarkReport {
    /// 202s a second of callers who wait for their answers.
    var peakPerSecond = 0.0
    var calm: [Flood.Sample] = []
    var overload: [Flood.Sample] = []
    var after: [Flood.Sample] = []
    /// Of the overload.
    var duration: Duration = .zero
    /// Of the API, one a second from the start of the overload on.
    var residentMiB: [Double] = []

    mutating func take(peak: [Flood.Sample], over duration: Duration) {
        peakPerSecond = Double(peak.count { $0.fate == .accepted }) / duration.seconds
    }

    /// What became of one priority in the overload.
    struct Line: Sendable, Hashable {
        var offered = 0
        var accepted = 0
        var shed = 0
        var failed = 0
        var acceptMs: Percentiles?
        var shedMs: Percentiles?

        init(_ samples: some Collection<Flood.Sample>) {
            offered = samples.count
            accepted = samples.count { $0.fate == .accepted }
            shed = samples.count { $0.fate == .shed }
            failed = samples.count { $0.fate == .failed }
            func percentiles(_ fate: Flood.Sample.Fate) -> Percentiles? {
                Percentiles(samples.filter { $0.fate == fate }.map { Double($0.milliseconds) })
            }
            acceptMs = percentiles(.accepted)
            shedMs = percentiles(.shed)
        }

        var acceptedShare: Double { offered > 0 ? Double(accepted) / Double(offered) : 0 }
    }

    func line(_ priority: Priority) -> Line { Line(overload.filter { $0.priority == priority }) }

    /// 202s a second while the overload lasted.
    var goodputPerSecond: Double { Double(overload.count { $0.fate == .accepted }) / max(0.001, duration.seconds) }
    var goodputShare: Double { peakPerSecond > 0 ? goodputPerSecond / peakPerSecond : 0 }

    /// The 99th percentile of half the peak, before.
    var calmP99: Double? { Line(calm).acceptMs?.p99 }

    /// Seconds after the overload until everything is accepted again and within twice as long as before (or 50 ms, where
    /// that is more); nil when that was not seen.
    var recoverySeconds: Int? {
        guard let calmP99 else { return nil }
        let limit = max(50, 2 * calmP99)
        let bySecond = Dictionary(grouping: after) { Int($0.dueSeconds) }
        let bad = bySecond.filter { _, samples in
            let line = Line(samples)
            return line.accepted < line.offered || (line.acceptMs?.p99 ?? 0) > limit
        }
        let recovered = (bad.keys.max() ?? -1) + 1
        return recovered > (bySecond.keys.max() ?? 0) ? nil : recovered
    }

    /// Whether `critical` got through and nothing went wrong but by being sent away.
    public var isClean: Bool { line(.critical).acceptedShare >= 0.999 && overload.allSatisfy { $0.fate != .failed } }
}
