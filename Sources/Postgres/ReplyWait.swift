/// What to do while a reply does not come: a plain value, which does no I/O.
///
///     waiting ──deadline, or the task is cancelled──▶ cancelling ──grace──▶ giving up
///        │                                                │
///        └───────────────────── reply ────────────────────┴──▶ done
struct ReplyWait {
    enum Step: Equatable {
        /// Wait for input for so long, and ask again.
        case wait(Duration)
        /// Cancel the statement on the server, which may take so long, and ask again.
        case cancel(within: Duration)
        /// The connection is of no more use.
        case giveUp
    }

    /// How soon a cancelled task is noticed. What is answered sooner is answered all the same.
    static let slice: Duration = .milliseconds(50)

    private let start: ContinuousClock.Instant
    private let deadline: ContinuousClock.Instant?
    private let grace: Duration?
    private let heedsCancellation: Bool
    private var end: ContinuousClock.Instant?
    /// Whether the task's cancellation, and not the deadline, was why the statement was cancelled.
    private(set) var wasCancelled = false

    /// - Parameters:
    ///   - deadline: nil for none.
    ///   - grace: what the server has for the end of a cancelled statement; nil if it is not to be cancelled.
    init(
        start: ContinuousClock.Instant = .now, deadline: ContinuousClock.Instant?, grace: Duration?,
        heedsCancellation: Bool = true
    ) {
        self.start = start
        self.deadline = deadline
        self.grace = grace
        self.heedsCancellation = heedsCancellation
    }

    mutating func next(at now: ContinuousClock.Instant, isCancelled: Bool) -> Step {
        if let end { return now < end ? .wait(min(Self.slice, now.duration(to: end))) : .giveUp }
        let isLate = deadline.map { $0 <= now } ?? false
        let isUnwanted = heedsCancellation && isCancelled && start.duration(to: now) >= Self.slice
        guard isLate || isUnwanted else {
            return .wait(deadline.map { min(Self.slice, now.duration(to: $0)) } ?? Self.slice)
        }
        guard let grace else { return .giveUp }
        wasCancelled = isUnwanted
        end = now + grace
        return .cancel(within: grace)
    }
}
