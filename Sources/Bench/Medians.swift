/// The middle of what several runs found.
struct Medians<Run> {
    private let runs: [Run]

    init(of runs: [Run]) { self.runs = runs }

    /// Nil where no run has the figure.
    func number(_ figure: (Run) -> Double?) -> Double? {
        let values = runs.compactMap(figure).sorted()
        return values.isEmpty ? nil : values[values.count / 2]
    }

    /// Of each rank by itself.
    func percentiles(_ figure: (Run) -> Percentiles?) -> Percentiles? {
        guard let p50 = number({ figure($0)?.p50 }), let p95 = number({ figure($0)?.p95 }),
            let p99 = number({ figure($0)?.p99 })
        else { return nil }
        return Percentiles(p50: p50, p95: p95, p99: p99)
    }

    func byRole(_ figures: (Run) -> [String: Double]) -> [String: Double] {
        let roles = Set(runs.flatMap { figures($0).keys })
        return Dictionary(uniqueKeysWithValues: roles.map { role in (role, number { figures($0)[role] } ?? 0) })
    }
}
