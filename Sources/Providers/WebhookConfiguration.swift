import Notifications
import SettingsReading

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

extension WebhookProvider {
    static let kind = ProviderKind(
        "webhook", routes: [.webhook], required: ["BELFRY_WEBHOOK_SECRETS"],
        hint: "`echo whsec_$(openssl rand -base64 32)` makes one"
    ) { reader, _ in
        let configuration: WebhookConfiguration? = reader.parsed(
            "BELFRY_WEBHOOK_SECRETS", form: "whsec_<base64>[,whsec_<base64>]", fallback: "none",
            "What webhooks are signed with; two while one replaces the other.", isSecret: true, default: nil
        ) { try WebhookConfiguration(secrets: $0.split(separator: ",").map { String($0) }) }
        return configuration.map { configuration in
            ProviderSetup { outbound, _ in WebhookProvider(configuration: configuration, outbound: outbound) }
        }
    }
}
