import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Notifications

/// Taking back what was not sent yet.
struct CancelEndpoints: Sendable {
    let bodies: BodyReader
    let canceller: Canceller
    let notifications: NotificationStore
    let enqueuer: Enqueuer

    private static let largestCancel = 1000

    var all: [Endpoint] {
        [
            Endpoint(.post, "/v1/notifications/{id}/cancel", .send, use: one),
            Endpoint(.post, "/v1/notifications/cancel", .send, use: byKey),
        ]
    }

    private func one(_ call: Call) async throws -> Response {
        let id = try call.notificationId()
        if call.caller.isTest {
            let document = try await notifications.document(id, tenant: call.tenant)
            guard let document else { throw Problem.notFound }
            if document.content["test"]?.bool != true { throw Problem.liveKeyNeeded }
        }
        if let cancellation = try await cancel([id], call).first { return Response(json: cancellation.json) }
        guard let document = try await notifications.document(id, tenant: call.tenant) else { throw Problem.notFound }
        return Response(json: Cancellation(id: id, channels: document.channels.keys).json)
    }

    private func byKey(_ call: Call) async throws -> Response {
        let fields = try await bodies.fields(of: call)
        fields.allow(["cancellationKey"])
        let key = fields.cancellationKey
        if key == nil { fields.note("cancellationKey", .missing, "is required") }
        guard let key, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        let (ids, hasMore) = try await canceller.open(
            cancellationKey: key, tenant: call.tenant, onlyTests: call.caller.isTest,
            limit: CancelEndpoints.largestCancel)
        let cancellations = try await cancel(ids, call)
        return Response(json: ["items": .array(cancellations.map(\.json)), "remaining": .bool(hasMore)])
    }

    private func cancel(_ ids: [UUID], _ call: Call) async throws -> [Cancellation] {
        try await canceller.cancel(ids, tenant: call.tenant) { await enqueuer.withdraw($0) }
    }
}

extension Cancellation {
    fileprivate var json: JSON {
        let channels = NotificationChannel.allCases.compactMap { channel in
            self.channels[channel].map { (channel.rawValue, JSON.string($0.rawValue)) }
        }
        return ["id": .string(id.text), "channels": .object(JSONObject(channels))]
    }
}
