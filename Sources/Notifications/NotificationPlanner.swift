public import Foundation

/// Decides what becomes of each recipient of a request: on which channels it is reached, and with what. The one place
/// where that is decided, whether a caller waits for it or a broadcast is worked off.
public protocol NotificationPlanner: Sendable {
    /// One plan for each recipient of the draft, in order. Stores and counts nothing.
    /// - Throws: ``TooManyAtOnce`` where fewer of them could be planned; never for one.
    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [RecipientPlan]
}

/// More recipients than there is room for in one request: what its template says to all of them together is too much.
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

extension [RecipientPlan] {
    public var notifications: [AcceptedNotification] {
        compactMap { if case .accepted(let accepted) = $0 { accepted } else { nil } }
    }

    /// What they count against; empty where nothing is limited.
    public var charges: [LimitCharge] { notifications.compactMap(\.charge) }

    /// The plans once it is known what their users may get: some put off, some without room.
    /// - Parameters:
    ///   - answers: one for each of `charges`, in order.
    ///   - place: where a recipient stands in the request.
    public func settled(
        by answers: [LimitLedger.Answer], at now: Date, place: (Int) -> String
    ) -> [RecipientPlan] {
        var answers = answers[...]
        return enumerated().map { index, plan in
            guard case .accepted(var accepted) = plan, accepted.charge != nil, let answer = answers.popFirst() else {
                return plan
            }
            switch answer {
            case .booked(let charge, let late):
                accepted.obey(charge, late: late)
                return .accepted(accepted)
            case .refused(let failure):
                let problem = FieldProblem(
                    field: place(index), code: .recipientLimited, message: "is limited: \(failure.detail)")
                return .limited(problem, after: .seconds((failure.until ?? now).timeIntervalSince(now)))
            }
        }
    }
}
