/// How webhooks are signed.
public struct WebhookConfiguration: Sendable {
    /// Every request carries a signature by each, so receivers can change from an old secret to a new one.
    let secrets: [WebhookSecret]

    /// - Parameter secrets: each `whsec_…`; at least one.
    public init(secrets: [String]) throws(ProvidersError) {
        guard !secrets.isEmpty else { throw .invalidSecret(position: 1, problem: "is missing") }
        var parsed: [WebhookSecret] = []
        for (index, secret) in secrets.enumerated() {
            parsed.append(try WebhookSecret(parsing: secret, position: index + 1))
        }
        self.secrets = parsed
    }
}
