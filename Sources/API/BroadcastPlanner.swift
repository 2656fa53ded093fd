import Foundation
import Notifications
import Templates

/// Plans the pages of broadcasts as requests are planned. What has become wrong with the request since it was accepted
/// is told to nobody any more: its recipients are skipped, and whoever looks at the broadcast sees why.
struct BroadcastPlanner: NotificationPlanner {
    let intake: Intake
    let limits: RecipientLimits

    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [RecipientPlan] {
        do {
            var budget = intake.freshBudget
            let plans = try await intake.plans(draft, tenant: tenant, at: now, within: &budget)
            // Nothing is counted yet.
            if budget.isSpent, draft.to.count > 1 { throw TooManyAtOnce() }
            return try await limits.booked(plans, of: draft, at: now)
        } catch let problem as Problem where !problem.isRetryable {
            let reason = problem.errors.first ?? FieldProblem(field: "", code: .invalid, message: problem.detail)
            return draft.to.map { _ in .rejected(reason) }
        }
    }

    /// Else a page that is made again would count again, and its users would be skipped for what they never got.
    func takeBack(_ plans: [RecipientPlan], at now: Date) async { await limits.giveBack(plans.notifications, at: now) }
}
