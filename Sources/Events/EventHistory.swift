/// The numbers of the newest events in the order in which Redis gave them out, which is the same for every subscriber.
///
/// Events are numbered before they are committed, so number 98 may be published after 100. A client that comes back with
/// `Last-Event-ID: 100` may or may not have seen 98: only the order of publishing tells.
struct EventHistory: Sendable {
    private let capacity: Int
    private var numbers: [Int64] = []
    /// Where the oldest number stands, once there are `capacity` of them.
    private var start = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    mutating func record(_ number: Int64) {
        if numbers.count < capacity {
            numbers.append(number)
        } else {
            numbers[start] = number
            start = (start + 1) % capacity
        }
    }

    /// What a client has seen whose last event was number `last`.
    func resumePoint(after last: Int64) -> ResumePoint {
        var point = ResumePoint(last: last)
        let inOrder = numbers[start...] + numbers[..<start]
        guard let place = inOrder.lastIndex(of: last) else { return point }
        point.isKnown = true
        for number in inOrder[..<place] where number > last { point.seen.insert(number) }
        for number in inOrder[place...] where number < last && number > point.replayStart { point.late.insert(number) }
        return point
    }
}

/// Where a stream is taken up again: decides about each event of the log whether the client has missed it.
public struct ResumePoint: Sendable, Hashable {
    /// The number of the event the client saw last.
    public let last: Int64
    /// Whether it is known what was published before and after it. If not, what may have come later counts as missed:
    /// rather twice than never.
    var isKnown = false
    /// Higher numbers that were published before it.
    var seen: Set<Int64> = []
    /// Lower numbers that were published after it.
    var late: Set<Int64> = []

    /// How far events overtake each other: several batches of the largest size. So many may come twice.
    private static let overlap: Int64 = 500

    init(last: Int64) {
        self.last = last
    }

    /// The number after which to read the log.
    public var replayStart: Int64 { max(0, last - ResumePoint.overlap) }

    public func isMissed(_ number: Int64) -> Bool {
        if number > last { return !seen.contains(number) }
        return isKnown ? late.contains(number) : number != last && number > replayStart
    }
}
