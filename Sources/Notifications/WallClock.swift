import Foundation

/// What the clocks on the walls of a time zone show, and when.
struct WallClock {
    let zone: TimeZone

    /// The local day of an instant, counted from 1970-01-01.
    func day(of date: Date) -> Int { Int((shown(at: date) / 86_400).rounded(.down)) }

    /// When clocks show a minute of a local day, for the first and for the last time: the same instant but where they
    /// were put back in between. What they leave out as they are put forward counts as the instant after the gap.
    func instants(of minute: Int, on day: Int) -> (first: Date, last: Date) {
        let wanted = TimeInterval(day * 86_400 + minute * 60)
        // By the offsets of a day before and a day after, between which clocks are changed once at most.
        let candidates = [wanted - 86_400, wanted + 86_400].map { around in
            Date(timeIntervalSince1970: wanted - offset(at: Date(timeIntervalSince1970: around)))
        }.sorted()
        let right = candidates.filter { shown(at: $0) == wanted }
        if let first = right.first, let last = right.last { return (first, last) }
        let end = change(after: candidates[0], upTo: candidates[1])
        return (end, end)
    }

    /// The second at which the offset becomes another one.
    private func change(after start: Date, upTo end: Date) -> Date {
        let before = offset(at: start)
        var (low, high) = (start.timeIntervalSince1970, end.timeIntervalSince1970)
        while high - low > 1 {
            let middle = ((low + high) / 2).rounded(.down)
            if offset(at: Date(timeIntervalSince1970: middle)) == before { low = middle } else { high = middle }
        }
        return Date(timeIntervalSince1970: high)
    }

    private func shown(at date: Date) -> TimeInterval { date.timeIntervalSince1970 + offset(at: date) }

    private func offset(at date: Date) -> TimeInterval { TimeInterval(zone.secondsFromGMT(for: date)) }
}
