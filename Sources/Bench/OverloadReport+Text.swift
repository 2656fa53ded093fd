import Foundation
public import Notifications

extension OverloadReport {
    public var json: JSON {
        [
            "peakPerSecond": number(peakPerSecond, 0), "goodputPerSecond": number(goodputPerSecond, 0),
            "goodputShare": number(goodputShare, 3), "calmP99Ms": number(calmP99, 1),
            "recoverySeconds": recoverySeconds.map { JSON($0) } ?? .null,
            "residentMiB": [
                "start": number(residentMiB.first, 1), "peak": number(residentMiB.max(), 1),
                "end": number(residentMiB.last, 1),
            ],
            "priorities": .object(JSONObject(Priority.allCases.map { ($0.name, line($0).json) })),
        ]
    }

    /// For reading.
    public var table: String {
        let offered = Double(overload.count) / max(0.001, duration.seconds)
        let lines = Priority.allCases.map { ($0.name, line($0)) } + [("all", Line(overload))]
        let memory = [residentMiB.first, residentMiB.max(), residentMiB.last].map { text($0, 0) }
        let header = ["", "offered", "accepted", "share", "sent away", "failed", "202 p50/p99 ms", "503 p50/p99 ms"]
        let rows = lines.map { name, line in
            [
                name, "\(line.offered)", "\(line.accepted)", text(line.acceptedShare, 4), "\(line.shed)",
                "\(line.failed)", text(line.acceptMs), text(line.shedMs),
            ]
        }
        return """
            peak \(text(peakPerSecond, 0))/s; offered \(text(offered, 0))/s for \(text(duration.seconds, 0)) s

            \(([header] + rows).map(aligned).joined(separator: "\n"))

            goodput \(text(goodputPerSecond, 0))/s, \(text(goodputShare, 2)) of the peak
            p99 at half the peak \(text(calmP99, 1)) ms; as before \(recoverySeconds.map { "\($0) s" } ?? "never") after the end
            resident MiB of the API at the start, most, at the end: \(memory.joined(separator: " / "))
            """
    }

    private func aligned(_ row: [String]) -> String {
        row.enumerated().map { index, cell in
            let space = String(repeating: " ", count: max(0, (index < 6 ? 10 : 18) - cell.count))
            return index == 0 ? cell + space : space + cell
        }.joined()
    }

    private func text(_ value: Double?, _ decimals: Int) -> String {
        value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
    }

    private func text(_ percentiles: Percentiles?) -> String {
        percentiles.map { "\(text($0.p50, 1)) / \(text($0.p99, 1))" } ?? "–"
    }

    private func number(_ value: Double?, _ decimals: Int) -> JSON {
        value.map { .number(text($0, decimals)) } ?? .null
    }
}

extension OverloadReport.Line {
    fileprivate var json: JSON {
        [
            "offered": JSON(offered), "accepted": JSON(accepted), "shed": JSON(shed), "failed": JSON(failed),
            "acceptedShare": .number(String(format: "%.5f", acceptedShare)), "acceptMs": json(acceptMs),
            "shedMs": json(shedMs),
        ]
    }

    private func json(_ percentiles: Percentiles?) -> JSON {
        guard let percentiles else { return .null }
        return [
            "p50": .number(String(format: "%.2f", percentiles.p50)),
            "p99": .number(String(format: "%.2f", percentiles.p99)),
        ]
    }
}
