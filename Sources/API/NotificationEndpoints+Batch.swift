import Documents
import Foundation
import Hummingbird
import Notifications

extension NotificationEndpoints {
    /// Many different notifications in one transaction, with one answer for each.
    func sendBatch(_ call: Call) async throws -> Response {
        let key = try IdempotencyKey(call.request.headers, isTest: call.caller.isTest)
        let (object, bytes) = try await bodies.object(of: call.request)
        let now = clock.now
        var batch = try intake.batch(object, bodyBytes: bytes.count, isTest: call.caller.isTest, at: now)
        batch.stamp(call)
        try gate.admit(batch.priority, isList: true)
        limiter.charge(call.caller, recipients: batch.items.count)
        return try await gate.letIn { [batch] in
            try await accept(call, key, body: bytes, at: now) {
                let outcomes = try await intake.outcomes(batch, tenant: call.tenant, at: now)
                return Planned(outcomes.plans) { answers in
                    let outcomes = outcomes.settled(by: answers, at: now)
                    return (outcomes.notifications, try AcceptedAnswer(outcomes))
                }
            }
        }
    }
}
