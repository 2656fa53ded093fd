public import Notifications

/// What a process brings along that works broadcasts off.
public struct Broadcasting: Sendable {
    let planner: any NotificationPlanner
    let onCommit: @Sendable ([AcceptedNotification]) async -> Void

    /// - Parameters:
    ///   - planner: the same as decides for requests.
    ///   - onCommit: enqueues what was committed. A failure is its own to handle.
    public init(
        planner: any NotificationPlanner, onCommit: @escaping @Sendable ([AcceptedNotification]) async -> Void
    ) {
        self.planner = planner
        self.onCommit = onCommit
    }
}
