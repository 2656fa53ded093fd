public import Foundation

/// Decides what becomes of each recipient of a request: on which channels it is reached, and with what. The one place
/// where that is decided, whether a caller waits for it or a broadcast is worked off.
public protocol NotificationPlanner: Sendable {
    /// One plan for each recipient of the draft, in order. Stores nothing.
    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [RecipientPlan]
}

/// What becomes of one recipient of a request.
public enum RecipientPlan: Sendable {
    case accepted(AcceptedNotification)
    case rejected(FieldProblem)
    /// There is room for it after this time.
    case limited(FieldProblem, after: Duration)
}
