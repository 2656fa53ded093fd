public import Notifications

/// How a route stands: how many jobs are where, how they come and go, and what the next one waits for.
public struct QueueCounts: Sendable, Hashable {
    /// What a claim is answered.
    public enum State: String, Sendable, Hashable, CaseIterable {
        case open, paused
        /// Redis has no memory of the route: nothing is granted before a worker has rebuilt it.
        case rebuild
    }

    /// What keeps the next job of a route waiting.
    public enum Bound: String, Sendable, Hashable, CaseIterable {
        /// It may be claimed, and nobody has yet.
        case workers
        /// The rate of every provider is used up.
        case tokens
        /// Every provider has as many in flight as it may.
        case slots
        /// Calls of every provider failed so often that none is made for now.
        case circuit
        /// Every provider told us to wait.
        case blocked
        case pause
    }

    public var state: State
    /// Nil where nothing is ready. Of what several providers lack, that which is there first.
    public var bound: Bound?
    public var scheduled: Int
    public var leased: Int
    public var backlogs: [Priority: Backlog]

    public init(
        state: State = .open, bound: Bound? = nil, scheduled: Int = 0, leased: Int = 0,
        backlogs: [Priority: Backlog] = [:]
    ) {
        self.state = state
        self.bound = bound
        self.scheduled = scheduled
        self.leased = leased
        self.backlogs = backlogs
    }

    public subscript(priority: Priority) -> Backlog { backlogs[priority] ?? Backlog() }

    /// All priorities together.
    public var backlog: Backlog { backlogs.values.reduce(Backlog(), +) }

    public var ready: [Priority: Int] { backlogs.mapValues(\.ready) }

    public var oldest: [Priority: Duration] { backlogs.compactMapValues(\.oldest) }

    public var total: Int { backlog.ready + scheduled + leased }
}
