public import Foundation

/// What is told to an endpoint that a tenant has for its events. It is the content of a notification of Belfry's own, by
/// the route `webhook`, which has permits, retries and circuits like any other, and no events of its own.
public struct EndpointMessage: Sendable, Hashable {
    /// Whom it is for. Its URL and its secrets are read when it is sent.
    public var endpoint: UUID
    /// The same wherever it goes and however often: receivers can drop a repetition.
    public var id: String
    /// `{"type","timestamp","data"}`.
    ///
    /// **Source:** Standard Webhooks 1.0.0, "Payload structure".
    public var body: JSONObject

    /// Of an event of the log.
    public init(_ event: StatusEvent, number: Int64, to endpoint: UUID) {
        self.endpoint = endpoint
        id = "evt_\(number)"
        body = JSONObject([("type", .string(event.type)), ("timestamp", JSON(event.at)), ("data", event.json)])
    }

    /// To try an endpoint with.
    public init(testing endpoint: UUID, at now: Date) {
        self.endpoint = endpoint
        id = "test_" + UUID.version7(at: now).text
        body = JSONObject([
            ("type", "webhook.test"), ("timestamp", JSON(now)), ("data", ["webhookId": .string(endpoint.text)]),
        ])
    }

    public var json: JSON {
        ["endpoint": .string(endpoint.text), "id": .string(id), "body": .object(body)]
    }

    /// Reads what `json` wrote; nil when it is something else.
    public init?(json: JSON?) {
        guard let endpoint = json?["endpoint"]?.string.flatMap(UUID.init(uuidString:)), let id = json?["id"]?.string,
            let body = json?["body"]?.object
        else { return nil }
        (self.endpoint, self.id, self.body) = (endpoint, id, body)
    }

    /// After which it is given up, however often it was tried.
    public static let lifetime: Duration = .seconds(5 * 86400)
}

extension NotificationContent {
    init(_ message: EndpointMessage, at now: Date) {
        self.init(stored: [
            "type": .string(NotificationType.system.rawValue), "priority": .string(Priority.low.name),
            // All that is open to one endpoint is found by it.
            "cancellationKey": .string(message.endpoint.text),
            "expiresAt": JSON(now.addingTimeInterval(EndpointMessage.lifetime.timeInterval)),
        ])
        endpointMessage = message
    }
}

extension AcceptedNotification {
    /// A message to an endpoint of a tenant, as Belfry accepts it from itself.
    public init(_ message: EndpointMessage, tenant: String, at now: Date) {
        // Only says that there is an address: which one, is read when it is sent.
        var recipient = Recipient()
        recipient.webhookUrl = "https:"
        self.init(
            id: .version7(at: now), tenant: HouseTenant.of(tenant), content: NotificationContent(message, at: now),
            channels: [.webhook], resolved: recipient, providedRoutes: [.webhook], at: now)
    }
}

/// The tenants that Belfry's own notifications belong to: one for each of the others. No key is of such a one, so they
/// are in no caller's lists, streams or dead letters, and they have their own turn in the queue.
public enum HouseTenant {
    public static let prefix = "belfry/"

    public static func of(_ tenant: String) -> String { prefix + tenant }

    public static func isOne(_ tenant: String) -> Bool { tenant.hasPrefix(prefix) }
}
