public import Logging
public import Notifications
public import Outbound
public import SettingsReading

/// Every provider that there is, as the settings have it.
public struct ProviderCatalogue: Sendable {
    /// A new one gets its line here.
    static let kinds: [ProviderKind] = [
        WebhookProvider.kind,
        SMTPProvider.kind,
        SESProvider.kind,
        SendGridProvider.kind,
        MailgunProvider.kind,
        PostmarkProvider.kind,
        TwilioProvider.kind,
        VonageProvider.kind,
        SNSProvider.kind,
        SlackProvider.kind,
        DiscordProvider.kind,
        TelegramProvider.kind,
        WhatsAppProvider.kind,
        FCMProvider.kind,
        APNSProvider.kind,
        WebPushProvider.kind,
        ExpoProvider.kind,
        InAppProvider.kind,
        SimulatorProvider.kind,
        SimulatorProvider.backupKind,
    ]

    private var setups: [String: ProviderSetup] = [:]

    /// Reads the settings of all of them. What is wrong is noted by the reader.
    /// - Parameter publicURL: where the world reaches the API; nil where nobody said so.
    public init(_ reader: inout SettingsReader, publicURL: String?) {
        let shared = SharedSettings(&reader, publicURL: publicURL)
        for kind in ProviderCatalogue.kinds { setups[kind.name] = kind.read(&reader, shared) }
    }

    /// Notes what is missing of the settings of every provider that is assigned.
    public func check(_ assignments: [Route: [String]], _ reader: inout SettingsReader) {
        let assigned = Set(assignments.values.joined())
        for kind in ProviderCatalogue.kinds where assigned.contains(kind.name) {
            let missing = kind.missing(in: reader)
            if missing.isEmpty { continue }
            let hint = kind.hint.isEmpty ? "" : ": \(kind.hint)"
            reader.note("\(missing.joined(separator: ", ")) must be set for the provider \(kind.name)\(hint)")
        }
    }

    /// What verifies and reads callbacks, by the names of the providers that make them.
    public func receiptParsers(_ outbound: OutboundClient) -> [String: any ReceiptParser] {
        setups.compactMapValues { $0.receipts?(outbound) }
    }

    /// Makes each provider that is assigned, once, and the simulator for what is sent with test keys.
    ///
    /// - Parameter assignments: the names of each route's providers, in the order in which they are to be tried.
    /// - Throws: `ProvidersError` for a name that nobody has, a route that the provider does not serve, or settings that
    ///   are missing.
    public func providers(
        assigned assignments: [Route: [String]], outbound: OutboundClient, logger: Logger
    ) throws -> ProviderRegistry {
        let kinds = Dictionary(uniqueKeysWithValues: ProviderCatalogue.kinds.map { ($0.name, $0) })
        var made: [String: any Provider] = [:]
        var providers: [Route: [any Provider]] = [:]
        for (route, names) in assignments.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for name in names {
                guard let kind = kinds[name] else {
                    throw ProvidersError.unknownProvider(name, known: kinds.keys.sorted())
                }
                guard kind.routes.contains(route) else {
                    throw ProvidersError.unsuitableRoute(provider: name, route: route.rawValue)
                }
                guard let make = setups[name]?.make else { throw ProvidersError.notConfigured(provider: name) }
                let provider = try made[name] ?? make(outbound, logger)
                made[name] = provider
                providers[route, default: []].append(provider)
            }
        }
        let name = SimulatorProvider.kind.name
        guard let simulator = try made[name] ?? setups[name]?.make?(outbound, logger) else {
            throw ProvidersError.notConfigured(provider: name)
        }
        return ProviderRegistry(providers: providers, simulator: simulator)
    }
}
