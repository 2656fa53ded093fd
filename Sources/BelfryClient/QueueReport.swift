public import Notifications

/// How much waits on one route.
public struct QueueReport: Sendable, Hashable {
    public let route: String
    public let isPaused: Bool
    /// Deliveries that could be claimed now.
    public let ready: [Priority: Int]
    /// Deliveries that wait for their time.
    public let scheduled: Int
    /// Deliveries in a worker's hands.
    public let leased: Int
    /// Seconds since the longest waiting one of a priority was accepted; nothing where none waits.
    public let oldestSeconds: [Priority: Double]
    /// All of it as it was answered.
    public let json: JSON

    /// Nil for what is no report.
    public init?(json: JSON) {
        guard let route = json["route"]?.string else { return nil }
        self.route = route
        self.json = json
        isPaused = json["paused"]?.bool ?? false
        scheduled = json["scheduled"]?.int ?? 0
        leased = json["leased"]?.int ?? 0
        var ready: [Priority: Int] = [:]
        var oldest: [Priority: Double] = [:]
        for priority in Priority.allCases {
            ready[priority] = json["ready"]?[priority.name]?.int
            if case .number(let literal) = json["oldest"]?[priority.name] { oldest[priority] = Double(literal) }
        }
        self.ready = ready
        oldestSeconds = oldest
    }
}
