extension StatusEvent {
    private static let prefix = "notification."
    private static let attempted = "attempted"

    /// All that ``type`` may be of an event that is in the log.
    public static let types: [String] = {
        let statuses = DeliveryStatus.allCases.filter { !$0.isOpen }.map(\.rawValue)
        let told = Receipt.Kind.allCases.filter { $0.status == nil }.map(\.rawValue)
        return (statuses + told + ["redriven", "deviceRemoved", attempted]).map { prefix + $0 }
    }()

    /// What it is to those who choose by it: the status that a channel has come to, or what else was told, or that an
    /// attempt ended and nothing changed by it: `notification.delivered`, `notification.opened`,
    /// `notification.attempted`.
    public var type: String {
        let words = StatusEvent.types
        if let outcome, ["redriven", "deviceRemoved"].contains(outcome) { return StatusEvent.prefix + outcome }
        if previous != nil { return StatusEvent.prefix + status }
        if let outcome, words.contains(StatusEvent.prefix + outcome) { return StatusEvent.prefix + outcome }
        return StatusEvent.prefix + StatusEvent.attempted
    }
}
