import Notifications
import Redis

extension QueueCounts {
    /// Reads `{state, bound, scheduled, leased, window, ready, age, leased, came, went, ready, …}`.
    init(_ reply: RedisValue) throws {
        let parts = reply.array ?? []
        let numbers = parts.dropFirst(2).compactMap(\.int)
        guard numbers.count == 3 + 5 * Priority.allCases.count, parts.count == 2 + numbers.count,
            let state = parts[0].string.flatMap(State.init), let word = parts[1].string
        else { throw QueueReplyError(script: "counts") }
        let bound = Bound(rawValue: word)
        if bound == nil, !word.isEmpty { throw QueueReplyError(script: "counts") }
        self.init(state: state, bound: bound, scheduled: Int(numbers[0]), leased: Int(numbers[1]))
        for (place, priority) in Priority.allCases.enumerated() {
            backlogs[priority] = Backlog(numbers.dropFirst(3 + 5 * place).prefix(5), milliseconds: numbers[2])
        }
    }
}

extension Backlog {
    /// - Parameters:
    ///   - numbers: ready, age, leased, came, went.
    ///   - milliseconds: that it came and went in.
    fileprivate init(_ numbers: ArraySlice<Int64>, milliseconds: Int64) {
        let (first, seconds) = (numbers.startIndex, Double(milliseconds) / 1000)
        let age = numbers[first + 1]
        self.init(
            ready: Int(numbers[first]), oldest: age < 0 ? nil : .milliseconds(age), inFlight: Int(numbers[first + 2]),
            inPerSecond: Double(numbers[first + 3]) / seconds, outPerSecond: Double(numbers[first + 4]) / seconds)
    }
}
