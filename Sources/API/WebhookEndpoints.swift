import Crypto
import Documents
import Foundation
import HTTPTypes
import Hummingbird
import Notifications

/// The endpoints that a tenant has for its events.
struct WebhookEndpoints: Sendable {
    private static let path = "/v1/webhooks/{id}"
    private static let overlaps: ClosedRange<Duration> = .zero...(.seconds(30 * 86400))
    private static let standardOverlap: Duration = .seconds(86400)

    let bodies: BodyReader
    let store: EndpointStore
    let writer: NotificationWriter
    let clock: ServerClock
    /// Why a URL is not allowed; nil when it is.
    let urlCheck: @Sendable (String) -> String?
    /// Whether somebody sends webhooks at all.
    let isServed: Bool

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/webhooks", .admin, use: list),
            Endpoint(.post, "/v1/webhooks", .admin, use: make),
            Endpoint(.get, WebhookEndpoints.path, .admin, use: one),
            Endpoint(.put, WebhookEndpoints.path, .admin, use: replace),
            Endpoint(.delete, WebhookEndpoints.path, .admin, use: delete),
            Endpoint(.post, WebhookEndpoints.path + "/rotate", .admin, use: rotate),
            Endpoint(.post, WebhookEndpoints.path + "/test", .admin, use: test),
            Endpoint(.post, WebhookEndpoints.path + "/replay", .admin, use: replay),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let endpoints = try await store.all(tenant: call.tenant)
        return Response(json: ["items": .array(endpoints.map(\.json)), "next": nil])
    }

    private func one(_ call: Call) async throws -> Response { Response(json: try await known(call).json) }

    private func make(_ call: Call) async throws -> Response {
        let terms = try await terms(call)
        let secret = WebhookEndpoints.secret()
        guard let endpoint = try await store.insert(terms, secret: secret, tenant: call.tenant) else {
            throw Problem.invalid(
                "", .tooMany, "would be more than the \(WebhookEndpoint.maximumCount) that a tenant may have")
        }
        return shown(endpoint, secret, status: .created)
    }

    private func replace(_ call: Call) async throws -> Response {
        let id = try call.endpointId()
        guard let endpoint = try await store.update(id, try await terms(call), tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: endpoint.json)
    }

    private func delete(_ call: Call) async throws -> Response {
        guard try await store.delete(call.endpointId(), tenant: call.tenant) else { throw Problem.notFound }
        return Response(status: .noContent)
    }

    private func rotate(_ call: Call) async throws -> Response {
        let id = try call.endpointId()
        let fields = try await bodies.fields(of: call)
        fields.allow(["overlap"])
        let overlap = fields.duration("overlap", in: WebhookEndpoints.overlaps) ?? WebhookEndpoints.standardOverlap
        try fields.check()
        let secret = WebhookEndpoints.secret()
        guard let endpoint = try await store.rotate(id, to: secret, overlap: overlap, tenant: call.tenant) else {
            throw Problem.notFound
        }
        return shown(endpoint, secret, status: .ok)
    }

    /// Sends an event that says nothing, as any other is sent: 202, and the endpoint finds it by the id.
    private func test(_ call: Call) async throws -> Response {
        let endpoint = try await enabled(call)
        let message = EndpointMessage(testing: endpoint.id, at: clock.now)
        let notification = AcceptedNotification(message, tenant: call.tenant, at: clock.now)
        _ = try await writer.write(Submission(tenant: notification.tenant, notifications: [notification]))
        return Response(json: ["id": .string(message.id), "event": .object(message.body)], status: .accepted)
    }

    private func replay(_ call: Call) async throws -> Response {
        let fields = try await bodies.fields(of: call)
        fields.allow(["since"])
        let since = fields.date("since")
        fields.require("since")
        guard let since, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        let endpoint = try await enabled(call)
        guard let replaying = try await store.replay(endpoint.id, since: since, tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: replaying.json, status: .accepted)
    }

    private func known(_ call: Call) async throws -> WebhookEndpoint {
        guard let endpoint = try await store.endpoint(call.endpointId(), tenant: call.tenant) else {
            throw Problem.notFound
        }
        return endpoint
    }

    private func enabled(_ call: Call) async throws -> WebhookEndpoint {
        let endpoint = try await known(call)
        if endpoint.disabledAt != nil { throw Problem.endpointDisabled }
        return endpoint
    }

    private func terms(_ call: Call) async throws -> WebhookEndpoint.Terms {
        let fields = try await bodies.fields(of: call)
        let terms = WebhookEndpoint.Terms(fields)
        if let problem = terms.flatMap({ urlCheck($0.url) }) { fields.note("url", .invalid, problem) }
        if !isServed { fields.note("url", .invalid, "cannot be called: no provider serves the route webhook") }
        guard let terms, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        return terms
    }

    private func shown(_ endpoint: WebhookEndpoint, _ secret: String, status: HTTPResponse.Status) -> Response {
        var object = endpoint.json.object ?? JSONObject()
        object.append("secret", .string(secret))
        return Response(json: .object(object), status: status, headers: [.cacheControl: "no-store"])
    }

    /// **Source:** Standard Webhooks 1.0.0, "Signature scheme".
    private static func secret() -> String {
        "whsec_" + SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
    }
}

extension Call {
    fileprivate func endpointId() throws -> UUID {
        guard let id = parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw Problem.notFound }
        return id
    }
}

extension WebhookEndpoint.Terms {
    /// Of a body, noting every problem.
    fileprivate init?(_ fields: Fields) {
        fields.allow(["url", "description", "events", "channels", "enabled"])
        let url = fields.string("url", maximum: 2048)
        fields.require("url")
        let description = fields.string("description", maximum: 256)
        let events = fields.words("events", among: StatusEvent.types, named: \.self) ?? []
        let channels = fields.words("channels", among: NotificationChannel.allCases, named: \.rawValue) ?? []
        let isEnabled = fields.bool("enabled")
        guard let url else { return nil }
        self.init(
            url: url, description: description, events: events, channels: channels, isEnabled: isEnabled)
    }
}
