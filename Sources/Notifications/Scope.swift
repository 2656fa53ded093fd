/// What an API key may do.
public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// Post notifications, write users and devices, mark as read.
    case send
    /// Read documents, users, inboxes.
    case read
    /// Operate: queues, dead letters, keys.
    case admin
    /// Listen to live events.
    case stream
}
