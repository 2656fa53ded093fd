import Documents
import Foundation
import Notifications

/// Holds users to what their tenant lets them get.
struct RecipientLimits: Sendable {
    let meter: RecipientMeter

    /// Counts what is planned, and puts off or rejects what there is no room for.
    func booked(_ plans: [Intake.Plan], of draft: NotificationDraft, at now: Date) async throws -> [Intake.Plan] {
        try await judged(plans, of: draft, at: now, meter.book)
    }

    /// The same without counting anything.
    func foreseen(_ plans: [Intake.Plan], of draft: NotificationDraft, at now: Date) async throws -> [Intake.Plan] {
        try await judged(plans, of: draft, at: now, meter.look)
    }

    /// Takes back what was counted and then not accepted. Should that fail, their users get less for a while.
    func giveBack(_ notifications: [AcceptedNotification], at now: Date) async {
        let charges = notifications.compactMap(\.charge)
        if !charges.isEmpty { try? await meter.giveBack(charges, at: now) }
    }

    private func judged(
        _ plans: [Intake.Plan], of draft: NotificationDraft, at now: Date,
        _ judge: ([LimitCharge], Date) async throws -> [LimitLedger.Answer]
    ) async throws -> [Intake.Plan] {
        let charges = plans.charges
        if charges.isEmpty { return plans }
        var answers = try await judge(charges, now)[...]
        return plans.enumerated().map { index, plan in
            guard case .accepted(var accepted) = plan, accepted.charge != nil, let answer = answers.popFirst() else {
                return plan
            }
            switch answer {
            case .booked(let charge, let late):
                accepted.obey(charge, late: late)
                return .accepted(accepted)
            case .refused(let failure):
                let problem = FieldProblem(
                    field: draft.place(of: index), code: .recipientLimited, message: "is limited: \(failure.detail)")
                return .limited(problem, after: .seconds((failure.until ?? now).timeIntervalSince(now)))
            }
        }
    }
}

extension [Intake.Plan] {
    /// What they count against; empty where nothing is limited.
    var charges: [LimitCharge] { notifications.compactMap(\.charge) }
}
