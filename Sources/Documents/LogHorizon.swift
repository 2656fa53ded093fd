/// Up to which number the event log is complete: nothing with a lower one will still turn up in it.
///
/// Numbers are given before their transactions commit. Whatever took a number up to `last` has its transaction id by the
/// next look, so that look's `xmax` lies above it; and once `xmin` has come that far, it has ended. A transaction of
/// somebody else's that goes on for long would hold all of this up, so it is not waited for longer than one of ours can
/// last.
public struct LogHorizon: Sendable {
    /// One look at the log.
    public struct Mark: Sendable, Hashable {
        /// The last number given by then.
        public var last: Int64
        /// The lowest transaction id that was still running a moment later.
        public var xmin: Int64
        /// The first one that was not given yet.
        public var xmax: Int64

        public init(last: Int64, xmin: Int64, xmax: Int64) {
            (self.last, self.xmin, self.xmax) = (last, xmin, xmax)
        }
    }

    /// Longer than a transaction of ours lasts: statements end after 5 s, idle transactions after 10 s.
    static let patience: Duration = .seconds(15)

    private var newest: (mark: Mark, at: ContinuousClock.Instant)?
    /// Numbers that may not be complete yet, with the transaction id that has to be passed. No more than looks in the time
    /// of the patience.
    private var open: [(last: Int64, xmax: Int64, at: ContinuousClock.Instant)] = []
    private var complete: Int64?

    public init() {}

    /// Takes a look into account, and answers up to where the log is complete by now; nil while that is not known.
    public mutating func note(_ mark: Mark, at now: ContinuousClock.Instant) -> Int64? {
        if let newest { open.append((newest.mark.last, mark.xmax, newest.at)) }
        newest = (mark, now)
        while let first = open.first, first.xmax <= mark.xmin || now - first.at > LogHorizon.patience {
            complete = first.last
            open.removeFirst()
        }
        return complete
    }
}
