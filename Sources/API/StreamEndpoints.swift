import Documents
import Events
import Foundation
import HTTPTypes
import Hummingbird
import Notifications
import Telemetry

/// Live events.
struct StreamEndpoints: Sendable {
    let relay: EventRelay
    let log: EventLog
    let authenticator: Authenticator
    let heartbeat: Duration

    var all: [Endpoint] { [Endpoint(.get, "/v1/events/stream", .stream, use: stream)] }

    private func stream(_ call: Call) async throws -> Response {
        let filter = try EventFilter(call)
        let last = try call.lastEventId()
        // Live first, then the log: what happens between the two comes twice and is sent once, instead of never.
        let subscription = relay.subscribe(tenant: call.tenant, filter: filter)
        let replay = last.map { last in
            EventReplay(
                log: log, tenant: call.tenant, filter: filter, point: relay.resumePoint(after: last),
                givenUp: relay.metrics.resyncs[.tooFarBehind])
        }
        let stream = EventStream(
            subscription: subscription, replay: replay, caller: call.caller, authenticator: authenticator,
            heartbeat: heartbeat)
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in try await stream.write(to: &writer) })
    }
}

extension EventFilter {
    /// Reads `userId`, `notificationId`, and the lists `channel` and `status`.
    init(_ call: Call) throws {
        let channels = try call.queryList("channel", among: NotificationChannel.allCases.map(\.rawValue))
        let words = DeliveryStatus.allCases.map(\.rawValue) + ["accepted", "processing"]
        self.init(
            userId: try call.queryText("userId"), notificationId: try call.queryId("notificationId"),
            channels: Set(channels.compactMap(NotificationChannel.init)),
            statuses: Set(try call.queryList("status", among: words)))
    }
}

extension Call {
    /// Where a stream is to be taken up again. A browser sends the header by itself; the query is for whoever cannot.
    fileprivate func lastEventId() throws -> Int64? {
        guard let text = request.headers[.lastEventId] ?? query("lastEventId") else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw Problem.invalid("lastEventId", .invalid, "must be the id of an event")
        }
        return number
    }
}
