import Foundation
import Notifications
import Templates

/// Plans the pages of broadcasts as requests are planned. What has become wrong with the request since it was accepted
/// is told to nobody any more: its recipients are skipped, and whoever looks at the broadcast sees why.
struct BroadcastPlanner: NotificationPlanner {
    let intake: Intake

    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [RecipientPlan] {
        do {
            var budget = intake.freshBudget
            let plans = try await intake.plans(draft, tenant: tenant, at: now, within: &budget)
            if budget.isSpent, draft.to.count > 1 { throw TooManyAtOnce() }
            return plans
        } catch let problem as Problem where !problem.isRetryable {
            let reason = problem.errors.first ?? FieldProblem(field: "", code: .invalid, message: problem.detail)
            return draft.to.map { _ in .rejected(reason) }
        }
    }
}
