/// Since when each of the requests is under way that nobody has answered yet.
///
/// How long half of them have been is the one measure of overload: it grows whether processor, database or network is
/// what lacks, it grows at once and not only with the answers, and neither a single request that hangs nor a pause in what
/// comes moves it.
struct UnderWay: Sendable {
    /// Fewer than so many are no overload, however long they take: to let in one more costs next to nothing, and a
    /// database that pauses is not helped by sending away those few who ask.
    let crowd: Int
    /// In order.
    private var starts: [ContinuousClock.Instant] = []

    init(crowd: Int) { self.crowd = crowd }

    var count: Int { starts.count }

    /// - Parameter now: no earlier than at any call before.
    mutating func begin(at now: ContinuousClock.Instant) { starts.append(now) }

    /// Ends one that began then.
    mutating func end(_ start: ContinuousClock.Instant) {
        var range = starts.startIndex..<starts.endIndex
        while let middle = range.isEmpty ? nil : range.lowerBound + range.count / 2 {
            range = starts[middle] < start ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        let index = range.lowerBound
        if index < starts.endIndex, starts[index] == start { starts.remove(at: index) }
    }

    /// The median of how long they have been under way; zero while they are few.
    func wait(at now: ContinuousClock.Instant) -> Duration {
        starts.isEmpty || starts.count < crowd ? .zero : now - starts[starts.count / 2]
    }
}
