import Documents
import Foundation
import Notifications
import Testing

extension TestAPI {
    /// Posts an e-mail and gives it up, as a worker would.
    func die(_ client: Client) async throws -> String {
        let id = try await client.post(["to": ["email": "a@example.org"], "title": "x"])
        try await fail(id, on: .email)
        return id
    }

    /// Gives up a notification on a route, as a worker would.
    func fail(_ id: String, on route: Route) async throws {
        let uuid = try #require(UUID(uuidString: id))
        let permits = PermitStore(pool: pool, timing: DeliveryTiming(), maximumAttempts: 5)
        let (answers, _) = try await permits.take([uuid], route: route, provider: "p", suspects: 0)
        guard case .granted(let permit)? = answers[uuid] else { throw NoPermit() }
        let failure = DeliveryFailure(code: "refused", detail: "No.")
        let record = AttemptRecord(
            permit: permit, decision: .settle(.failed, deadLetter: true),
            result: RouteResult(
                route: route, standing: Standing(round: permit.round, status: .failed), attempts: 1, provider: "p",
                failure: failure,
                at: Date()), outcome: "rejected")
        _ = try await OutcomeRecorder(pool: pool).record([record])
    }
}

private struct NoPermit: Error {}
