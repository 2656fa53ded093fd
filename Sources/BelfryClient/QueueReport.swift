public import Notifications

/// How a route stands.
public struct QueueReport: Sendable, Hashable {
    public let route: String
    public let isPaused: Bool
    /// What workers that ask are answered: `open`, `paused`, or `rebuild` where Redis lost its memory of the route.
    public let state: String
    /// What the first ready delivery waits for: `workers`, `tokens`, `slots`, `circuit`, `blocked` or `pause`; nil where
    /// none is ready.
    public let boundBy: String?
    /// Deliveries that wait for their time.
    public let scheduled: Int
    /// Deliveries in a worker's hands.
    public let leased: Int
    /// Deliveries that somebody may be sending, as Postgres knows; nil where only one route's own report says it.
    public let permits: Int?
    public let backlogs: [Priority: Backlog]
    /// All priorities together.
    public let total: Backlog
    /// All of it as it was answered.
    public let json: JSON

    /// Nil for what is no report.
    public init?(json: JSON) {
        guard let route = json["route"]?.string else { return nil }
        self.route = route
        self.json = json
        isPaused = json["paused"]?.bool ?? false
        state = json["state"]?.string ?? "open"
        boundBy = json["boundBy"]?.string
        scheduled = json["scheduled"]?.int ?? 0
        leased = json["leased"]?.int ?? 0
        permits = json["permits"]?.int
        total = Backlog { json["total"]?[$0] }
        let backlogs = Priority.allCases.map { priority in (priority, Backlog { json[$0]?[priority.name] }) }
        self.backlogs = Dictionary(uniqueKeysWithValues: backlogs)
    }

    /// Nothing is claimed any more, and no worker has anything that was.
    public var isDrained: Bool { state == "paused" && leased == 0 && (permits ?? 0) == 0 }
}

extension QueueReport {
    /// What is ready of a priority, or of all, and how it comes and goes.
    public struct Backlog: Sendable, Hashable {
        /// Deliveries that could be claimed now.
        public let ready: Int
        /// Seconds since the first in line was accepted; nil where nothing is ready.
        public let oldestSeconds: Double?
        public let inFlight: Int
        /// Deliveries that became ready, over the last half minute.
        public let inPerSecond: Double
        /// Deliveries that workers were done with, likewise.
        public let outPerSecond: Double
        /// How long what is ready takes at these rates; nil where nothing is ready, or it does not become less.
        public let secondsToDrain: Double?

        /// - Parameter member: of a name.
        init(_ member: (String) -> JSON?) {
            ready = member("ready")?.int ?? 0
            oldestSeconds = member("oldest")?.double
            inFlight = member("inFlight")?.int ?? 0
            inPerSecond = member("inPerSecond")?.double ?? 0
            outPerSecond = member("outPerSecond")?.double ?? 0
            secondsToDrain = member("timeToDrain")?.double
        }

        public var isEmpty: Bool { ready == 0 && inFlight == 0 && inPerSecond == 0 && outPerSecond == 0 }
    }
}
