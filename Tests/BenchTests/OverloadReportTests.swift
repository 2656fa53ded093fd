import Foundation
import Notifications
import Testing

@testable import Bench

struct OverloadReportTests {
    private func sample(
        _ priority: Priority, _ fate: Flood.Sample.Fate, due: Float = 0, took milliseconds: Float = 10
    ) -> Flood.Sample {
        Flood.Sample(priority: priority, fate: fate, dueSeconds: due, milliseconds: milliseconds)
    }

    @Test func everyPriorityHasItsLine() throws {
        var report = OverloadReport()
        report.duration = .seconds(2)
        report.peakPerSecond = 4
        report.overload =
            (1...100).map { sample(.critical, .accepted, took: Float($0)) }
            + [sample(.low, .shed, took: 1), sample(.low, .accepted), sample(.high, .failed)]
        let critical = report.line(.critical)
        #expect(critical.offered == 100)
        #expect(critical.acceptedShare == 1)
        #expect(critical.acceptMs == Percentiles(p50: 50, p95: 95, p99: 99))
        #expect(critical.shedMs == nil)
        #expect(report.line(.low).acceptedShare == 0.5)
        #expect(report.line(.low).shed == 1)
        #expect(report.line(.high).failed == 1)
        #expect(report.line(.medium).acceptedShare == 0)
        #expect(report.goodputPerSecond == 50.5)
        #expect(report.goodputShare == 12.625)
        #expect(!report.isClean)
        report.overload.removeLast()
        #expect(report.isClean)
    }

    /// By the last second after the overload in which something was slow or sent away.
    @Test(arguments: [(nil, 0), (0, 1), (3, 4), (9, nil)] as [(Int?, Int?)])
    func recoveryIsAfterTheLastBadSecond(lastBad: Int?, expected: Int?) {
        for bad in [sample(.low, .shed), sample(.low, .accepted, took: 51)] {
            var report = OverloadReport()
            report.calm = [sample(.low, .accepted, took: 20)]
            report.after = (0..<10).map { sample(.critical, .accepted, due: Float($0)) }
            if let lastBad {
                var bad = bad
                bad.dueSeconds = Float(lastBad) + 0.5
                report.after.append(bad)
            }
            #expect(report.recoverySeconds == expected)
        }
    }

    @Test func theMixIsTheOneThatIsSaid() {
        let counts = Priority.allCases.map { priority in OverloadBenchmark.mix.count { $0 == priority } }
        #expect(counts == [1, 2, 4, 3])
    }
}
