public import Foundation

/// Decides what becomes of each recipient of a request: on which channels it is reached, and with what. The one place
/// where that is decided, whether a caller waits for it or a broadcast is worked off.
public protocol NotificationPlanner: Sendable {
    /// One plan for each recipient of the draft, in order. Stores nothing but what the plans count against.
    /// - Throws: ``TooManyAtOnce`` where fewer of them could be planned; never for one.
    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [RecipientPlan]

    /// Takes back what was counted for plans that come to nothing.
    func takeBack(_ plans: [RecipientPlan], at now: Date) async
}

/// More recipients than there is room for in one request: what its template says to all of them together is too much.
/// Nothing was counted for any.
public struct TooManyAtOnce: Error, Hashable {
    public init() {}
}

/// What becomes of one recipient of a request.
public enum RecipientPlan: Sendable {
    case accepted(AcceptedNotification)
    case rejected(FieldProblem)
    /// There is room for it after this time.
    case limited(FieldProblem, after: Duration)
}
