/// The times of a run, from its histories.
enum Timing {
    /// By fault: from its end to the first acceptance of the last notification that had been acknowledged by then; zero
    /// where all were taken. Nil without faults.
    static func recovered(from ends: [Int64], waits: [(from: Int64, to: Int64)]) -> Verdict.Recovered? {
        let sorted = waits.sorted { $0.from < $1.from }
        var latest: [Int64] = []
        for wait in sorted { latest.append(max(wait.to, latest.last ?? .min)) }
        let times = ends.map { end in
            let count = sorted.partitioningIndex { $0.from > end }
            return count == 0 ? 0 : Double(max(0, latest[count - 1] - end)) / 1000
        }
        guard let p50 = percentile(50, of: times), let p99 = percentile(99, of: times), let max = times.max() else {
            return nil
        }
        return Verdict.Recovered(p50: p50, p99: p99, max: max)
    }

    /// The 99th percentile from request to acceptance, of requests made while providers were in trouble and of others.
    /// Only what goes to other providers counts. Nil where there was no such trouble.
    static func others(in histories: Histories, accepts: [String: Int64]) -> [String: Double]? {
        var spans: [ClosedRange<Int64>] = []
        var begun: Int64?
        for entry in histories.faults where entry.key == Fault.providerTrouble.rawValue {
            if entry.event == .invoke { begun = entry.at }
            if entry.event == .ok, let begin = begun, begin <= entry.at { spans.append(begin...entry.at) }
        }
        if spans.isEmpty { return nil }
        let troubled = Set(histories.webhooks.compactMap { $0.ids?.first })
        let invoked = Dictionary(
            histories.callers.filter { $0.event == .invoke }.map { ($0.key, $0.at) }, uniquingKeysWith: min)
        var times: [String: [Double]] = [:]
        for entry in histories.callers where entry.event == .ok {
            guard let begin = invoked[entry.key] else { continue }
            let phase = spans.contains { $0.contains(begin) } ? "during" : "calm"
            for id in entry.ids ?? [] where !troubled.contains(id) {
                if let at = accepts[id] { times[phase, default: []].append(Double(at - begin) / 1000) }
            }
        }
        return times.compactMapValues { percentile(99, of: $0) }
    }

    /// How many of these spans of equal length there are together at most; one ends before another begins at its end.
    static func mostAtOnce(from beginnings: [Int64], lasting microseconds: Int64) -> Int {
        let sorted = beginnings.sorted()
        var (most, first) = (0, 0)
        for (place, beginning) in sorted.enumerated() {
            while sorted[first] + microseconds <= beginning { first += 1 }
            most = max(most, place - first + 1)
        }
        return most
    }

    /// By nearest rank; nil of nothing.
    static func percentile(_ percent: Int, of values: [Double]) -> Double? {
        if values.isEmpty { return nil }
        return values.sorted()[max(0, (values.count * percent + 99) / 100 - 1)]
    }
}

extension Array {
    /// The place of the first element that fits, where all after it fit too.
    fileprivate func partitioningIndex(where fits: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if fits(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
