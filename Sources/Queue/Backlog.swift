/// What is ready of a priority, or of several, and how it comes and goes.
public struct Backlog: Sendable, Hashable {
    /// Jobs that could be claimed now.
    public var ready: Int
    /// How long ago the first in line was accepted; nil where nothing is ready. What was scheduled or tried before counts
    /// from its acceptance too.
    public var oldest: Duration?
    /// Jobs in the hands of workers: where there are more than 500, the route's in the proportion of 500 of them.
    public var inFlight: Int
    /// Jobs that became ready, new or because their time had come, a second over the last half minute.
    public var inPerSecond: Double
    /// Jobs that workers were done with, for good or until another try, likewise.
    public var outPerSecond: Double

    public init(
        ready: Int = 0, oldest: Duration? = nil, inFlight: Int = 0, inPerSecond: Double = 0, outPerSecond: Double = 0
    ) {
        self.ready = ready
        self.oldest = oldest
        self.inFlight = inFlight
        self.inPerSecond = inPerSecond
        self.outPerSecond = outPerSecond
    }

    /// One job in half a minute is more than this; less is the last digit of a sum.
    private static let leastRate = 0.01

    /// How long what is ready will take if all goes on as it does; nil where nothing is ready, or it does not shrink.
    public var timeToDrain: Duration? {
        let rate = outPerSecond - inPerSecond
        return ready > 0 && rate > Backlog.leastRate ? .seconds(Double(ready) / rate) : nil
    }

    public static func + (one: Backlog, other: Backlog) -> Backlog {
        Backlog(
            ready: one.ready + other.ready, oldest: [one.oldest, other.oldest].compactMap(\.self).max(),
            inFlight: one.inFlight + other.inFlight, inPerSecond: one.inPerSecond + other.inPerSecond,
            outPerSecond: one.outPerSecond + other.outPerSecond)
    }
}
