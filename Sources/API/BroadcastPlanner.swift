import Foundation
import Notifications

/// Plans the pages of broadcasts as requests are planned. What has become wrong with the request since it was accepted
/// is told to nobody any more: its recipients are skipped, and whoever looks at the broadcast sees why.
struct BroadcastPlanner: NotificationPlanner {
    let intake: Intake
    let limits: RecipientLimits

    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [RecipientPlan] {
        do {
            let plans = try await intake.plans(draft, tenant: tenant, at: now)
            // A page that is made again counts again: its users then get less for a while, and never more.
            return try await limits.booked(plans, of: draft, at: now)
        } catch let problem as Problem where !problem.isRetryable {
            let reason = problem.errors.first ?? FieldProblem(field: "", code: .invalid, message: problem.detail)
            return draft.to.map { _ in .rejected(reason) }
        }
    }
}
