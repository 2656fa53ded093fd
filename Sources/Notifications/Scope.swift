/// What an API key may do.
public enum Scope: String, Sendable, Hashable, CaseIterable {
    /// Post notifications, write users and devices, mark as read.
    case send
    /// Read documents, users, inboxes.
    case read
    /// Administer what is the tenant's: keys, webhooks, preferences, dead letters.
    case admin
    /// Listen to live events.
    case stream
    /// Operate what all tenants share: queues and providers. No test key has it.
    case `operator`
}
