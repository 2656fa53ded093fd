public import Foundation
import NIOHTTP1
public import Notifications

/// Sending, what became of it, taking it back and trying it again.
extension BelfryClient {
    /// Sends a notification. When this returns it is kept, and on its way.
    /// - Parameter idempotencyKey: names the request, so that it is accepted once however often it is posted: by this call,
    ///   when Belfry says that it is busy, or by you after a call whose end you did not see. Good for 24 hours.
    public func send(
        _ request: NotificationRequest, idempotencyKey: String = UUID().uuidString
    ) async throws -> SendAnswer {
        try await send(request.json, idempotencyKey: idempotencyKey)
    }

    /// Sends up to 1,000 different notifications, each to one recipient. All that can be are accepted together.
    /// - Parameter idempotencyKey: as in sending one, of the batch as a whole.
    public func sendBatch(
        _ requests: [NotificationRequest], idempotencyKey: String = UUID().uuidString
    ) async throws -> SendAnswer {
        let body: JSON = ["notifications": .array(requests.map(\.json))]
        return try await post(body, to: "/v1/notifications/batch", idempotencyKey: idempotencyKey)
    }

    /// Tells what would become of a request; nothing is written, sent or counted.
    /// - Returns: `{"recipients":[{"index","channels":{"push":{"decision","reason"?,"at"?,"routes"?}}}]}`, with `decision`
    ///   one of `send`, `skip` and `defer`; a recipient that is refused has `"decision":"reject"` and its `error`.
    public func explain(_ request: NotificationRequest) async throws -> JSON {
        try await call(.POST, "/v1/notifications/explain", body: request.json).body
    }

    /// A notification as it stands.
    public func notification(_ id: UUID) async throws -> NotificationReport {
        try await call(.GET, BelfryClient.path("notifications", id.text), as: NotificationReport.init)
    }

    /// One page of notifications, newest first.
    /// - Parameters:
    ///   - limit: 1 to 100.
    ///   - after: the `next` of the page before.
    public func notifications(
        _ query: NotificationQuery = NotificationQuery(), limit: Int = 20, after: String? = nil
    ) async throws -> Page<NotificationReport> {
        try await page("/v1/notifications", query.items, limit: limit, after: after, of: NotificationReport.init)
    }

    /// What happened to a notification, oldest first, at most 1,000 events.
    public func timeline(of id: UUID) async throws -> [StatusEvent] {
        try await list(BelfryClient.path("notifications", id.text, "events"), "events") {
            StatusEvent(json: $0, tenant: "")
        }
    }

    /// Takes a notification back, as far as it can be.
    /// - Returns: of each channel `cancelled` (nothing more is sent), `inFlight` (an attempt is under way, the last) or
    ///   `ended` (it was done before).
    public func cancel(_ id: UUID) async throws -> [NotificationChannel: String] {
        try await call(.POST, BelfryClient.path("notifications", id.text, "cancel"), as: BelfryClient.outcomes)
    }

    /// Takes back all that is open and was posted with this key, 1,000 at a time.
    /// - Returns: what it was, and whether there is more: then ask again.
    public func cancel(cancellationKey: String) async throws -> (ids: [UUID], remaining: Bool) {
        let body: JSON = ["cancellationKey": .string(cancellationKey)]
        return try await call(.POST, "/v1/notifications/cancel", body: body) { answer in
            answer["items"]?.array.map { items in
                (items.compactMap { $0["id"]?.id }, answer["remaining"]?.bool ?? false)
            }
        }
    }

    /// Tries again what was given up of a notification, on all of its channels or on these.
    /// - Returns: of each channel `redriven` (it begins its next round), `inFlight` (it is still being worked on) or
    ///   `notFailed` (there is nothing to try again).
    public func retry(
        _ id: UUID, on channels: [NotificationChannel]? = nil
    ) async throws -> [NotificationChannel: String] {
        let body = channels.map { ["channels": JSON($0)] as JSON }
        let path = BelfryClient.path("notifications", id.text, "retry")
        return try await call(.POST, path, body: body, as: BelfryClient.outcomes)
    }

    /// What became of each channel.
    private static func outcomes(_ answer: JSON) -> [NotificationChannel: String]? {
        guard let members = answer["channels"]?.object?.members else { return nil }
        let pairs = members.compactMap { name, value in
            NotificationChannel(rawValue: name).flatMap { channel in value.string.map { (channel, $0) } }
        }
        return Dictionary(pairs) { $1 }
    }
}
