public import Foundation

/// How much one user may get by a channel.
public struct RecipientLimit: Sendable, Hashable {
    /// Notifications in any span of `per`.
    public var count: Int
    public var per: Duration

    static let counts = 1...100
    static let periods: ClosedRange<Duration> = .seconds(60)...(.seconds(7 * 86_400))

    public init(count: Int, per: Duration) {
        self.count = count
        self.per = per
    }

    /// Reads `{"count":10,"per":"1h"}`, noting every problem.
    init?(_ fields: Fields) {
        fields.allow(["count", "per"])
        ["count", "per"].forEach(fields.require)
        guard let count = fields.integer("count", in: RecipientLimit.counts),
            let per = fields.duration("per", in: RecipientLimit.periods)
        else { return nil }
        self.init(count: count, per: per)
    }

    var json: JSON { ["count": JSON(count), "per": .string(per.shorthand)] }

    /// The first instant from `due` on at which there is room for one more.
    /// - Parameter others: when the others are sent, in order.
    public func room(from due: Date, among others: [Date]) -> Date {
        var place = due
        while let start = fullSpan(with: place, among: others) { place = start.addingTimeInterval(per.timeInterval) }
        return place
    }

    /// When the first of `count` others is sent that leave no room for one at `place`; nil where there is room.
    private func fullSpan(with place: Date, among others: [Date]) -> Date? {
        let index = others.partitioningIndex { $0 > place }
        let firsts = max(0, index - count)...index
        return firsts.last { first in
            let last = first + count - 1
            return last < others.count
                // By the same sum as in `room`: dates are rounded, and what it proposes must be out of this span.
                && max(others[last], place) < min(others[first], place).addingTimeInterval(per.timeInterval)
        }.map { others[$0] }
    }
}

extension [Date] {
    /// Puts one in its place among dates in order.
    mutating func insertInOrder(_ date: Date) {
        insert(date, at: partitioningIndex { $0 > date })
    }

    /// The first place from which on `isBehind` holds.
    func partitioningIndex(_ isBehind: (Date) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
