import Documents
import Foundation
import Hummingbird
import Notifications

/// Trying again what failed of one notification.
struct RetryEndpoints: Sendable {
    let bodies: BodyReader
    let notifications: NotificationStore
    let redriver: Redriver
    let enqueuer: Enqueuer

    /// What a retry does to a channel.
    enum Outcome: String, CaseIterable {
        /// It begins its next round.
        case redriven
        /// It is still being worked on, as by a retry of before.
        case inFlight
        /// There is nothing to try again.
        case notFailed
    }

    var all: [Endpoint] { [Endpoint(.post, "/v1/notifications/{id}/retry", .send, use: retry)] }

    private func retry(_ call: Call) async throws -> Response {
        let id = try call.notificationId()
        let wanted = try await channels(call)
        let document = try await document(id, call)
        // What a test key has tried again must not leave the simulator.
        if call.caller.isTest, document.content["test"]?.bool != true { throw Problem.liveKeyNeeded }
        let before = document.channels
        let channels = wanted ?? NotificationChannel.allCases.filter { before[$0] != nil }
        let unknown = channels.enumerated().filter { before[$1] == nil }.map { index, _ in
            FieldProblem(field: "channels[\(index)]", code: .invalid, message: "is not one of the notification's")
        }
        if !unknown.isEmpty { throw Problem.invalid(unknown) }
        let redriven = try await redriver.redrive(id, on: channels, tenant: call.tenant) {
            await enqueuer.enqueue($0)
        }
        // Read again: somebody else may have had the same wish.
        let after = try await self.document(id, call).channels
        let outcomes = channels.map { channel in
            let outcome: Outcome =
                redriven.contains(channel) ? .redriven : after[channel]?.isOpen == true ? .inFlight : .notFailed
            return (channel.rawValue, JSON.string(outcome.rawValue))
        }
        return Response(json: ["id": .string(id.text), "channels": .object(JSONObject(outcomes))])
    }

    private func document(_ id: UUID, _ call: Call) async throws -> NotificationDocument {
        guard let document = try await notifications.document(id, tenant: call.tenant) else { throw Problem.notFound }
        return document
    }

    /// What the body asks for; nil for all, as without a body.
    private func channels(_ call: Call) async throws -> [NotificationChannel]? {
        if bodies.bytesAnnounced(by: call.request) == 0 { return nil }
        let fields = try await bodies.fields(of: call)
        fields.allow(["channels"])
        let channels = fields.channels("channels")
        try fields.check()
        return channels
    }
}
