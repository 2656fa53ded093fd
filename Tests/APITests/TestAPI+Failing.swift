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
    func fail(_ id: String, on route: Route) async throws { try await end(id, on: route, .failed) }

    /// Ends the work on a route of a notification, as a worker would.
    /// - Parameter targets: the ids of its devices, or of its chat address.
    func end(_ id: String, on route: Route, _ status: DeliveryStatus, targets: [String] = []) async throws {
        let uuid = try #require(UUID(uuidString: id))
        let permits = PermitStore(pool: pool, timing: DeliveryTiming(), maximumAttempts: 5)
        let (answers, _) = try await permits.take([uuid], route: route, provider: "p", suspects: 0)
        guard case .granted(let permit)? = answers[uuid] else { throw NoPermit() }
        let failure = status.isSuccess ? nil : DeliveryFailure(code: "refused", detail: "No.")
        let standing = Standing(round: permit.round, status: status)
        let target = TargetState(
            standing: standing, provider: "p", providerMessageId: "m", attempts: 1, failure: failure)
        let record = AttemptRecord(
            permit: permit, decision: .settle(status, deadLetter: status.isGivenUp),
            result: RouteResult(
                route: route, standing: standing, attempts: 1, provider: "p", failure: failure,
                targets: Dictionary(uniqueKeysWithValues: targets.map { ($0, target) }), at: Date()),
            outcome: status.isSuccess ? "sent" : "rejected")
        _ = try await OutcomeRecorder(pool: pool).record([record])
    }
}

private struct NoPermit: Error {}
