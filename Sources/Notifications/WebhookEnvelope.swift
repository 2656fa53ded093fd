/// What goes to an endpoint in place of a notification's own content, and what it is signed with.
public struct WebhookEnvelope: Sendable, Hashable {
    /// The `webhook-id`.
    public var id: String
    public var body: JSONObject
    /// Each `whsec_…`; the request carries a signature by each.
    public var secrets: [String]

    public init(_ message: EndpointMessage, secrets: [String]) {
        id = message.id
        body = message.body
        self.secrets = secrets
    }
}

extension WebhookEnvelope: CustomStringConvertible, CustomReflectable {
    /// Without the secrets.
    public var description: String { "envelope \(id)" }

    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
