public import Logging
public import Notifications
public import Outbound

extension ProviderRegistry {
    /// A provider by its name: where it may be assigned, and how it is made.
    private struct Entry {
        var routes: Set<Route>
        var make: () throws -> any Provider
    }

    /// Every provider that there is. A new one gets its line here.
    private static func catalogue(_ settings: ProvidersConfiguration, _ outbound: OutboundClient, _ logger: Logger)
        -> [String: Entry]
    {
        let everyRoute = Set(Route.allCases)
        let smtp = { try required(settings.smtp, by: "smtp") }
        let webhook = { try required(settings.webhook, by: "webhook") }
        let ses = { try required(settings.ses, by: "ses") }
        let sendGrid = { try required(settings.sendGrid, by: "sendgrid") }
        let mailgun = { try required(settings.mailgun, by: "mailgun") }
        let twilio = { try required(settings.twilio, by: "twilio") }
        let vonage = { try required(settings.vonage, by: "vonage") }
        let sns = { try required(settings.sns, by: "sns") }
        let slack = { try required(settings.slack, by: "slack") }
        let telegram = { try required(settings.telegram, by: "telegram") }
        let whatsApp = { try required(settings.whatsApp, by: "whatsapp") }
        return [
            "webhook": Entry(routes: [.webhook]) { WebhookProvider(configuration: try webhook(), outbound: outbound) },
            "smtp": Entry(routes: [.email]) { try SMTPProvider(configuration: try smtp(), logger: logger) },
            "ses": Entry(routes: [.email]) { SESProvider(configuration: try ses(), outbound: outbound) },
            "sendgrid": Entry(routes: [.email]) { SendGridProvider(configuration: try sendGrid(), outbound: outbound) },
            "mailgun": Entry(routes: [.email]) { MailgunProvider(configuration: try mailgun(), outbound: outbound) },
            "twilio": Entry(routes: [.sms]) { TwilioProvider(configuration: try twilio(), outbound: outbound) },
            "vonage": Entry(routes: [.sms]) { VonageProvider(configuration: try vonage(), outbound: outbound) },
            "sns": Entry(routes: [.sms]) { SNSProvider(configuration: try sns(), outbound: outbound) },
            "slack": Entry(routes: [.slack]) { SlackProvider(configuration: try slack(), outbound: outbound) },
            "discord": Entry(routes: [.discord]) { DiscordProvider(outbound: outbound) },
            "telegram": Entry(routes: [.telegram]) {
                TelegramProvider(configuration: try telegram(), outbound: outbound)
            },
            "whatsapp": Entry(routes: [.whatsApp]) {
                WhatsAppProvider(configuration: try whatsApp(), outbound: outbound)
            },
            "inApp": Entry(routes: [.inApp]) { InAppProvider() },
            "simulator": Entry(routes: everyRoute) { try SimulatorProvider(configuration: settings.simulator) },
            "simulator-backup": Entry(routes: everyRoute) {
                try SimulatorProvider(name: "simulator-backup", configuration: settings.backupSimulator)
            },
        ].merging(push(settings, outbound)) { $1 }
    }

    /// Those of push.
    private static func push(_ settings: ProvidersConfiguration, _ outbound: OutboundClient) -> [String: Entry] {
        let fcm = { try required(settings.fcm, by: "fcm") }
        let apns = { try required(settings.apns, by: "apns") }
        let webPush = { try required(settings.webPush, by: "webPush") }
        let expo = { try required(settings.expo, by: "expo") }
        return [
            "fcm": Entry(routes: [.fcm]) { FCMProvider(configuration: try fcm(), outbound: outbound) },
            "apns": Entry(routes: [.apns]) { APNSProvider(configuration: try apns(), outbound: outbound) },
            "webPush": Entry(routes: [.webPush]) { WebPushProvider(configuration: try webPush(), outbound: outbound) },
            "expo": Entry(routes: [.expo]) { ExpoProvider(configuration: try expo(), outbound: outbound) },
        ]
    }

    /// Makes each provider that is assigned, once.
    ///
    /// - Parameter assignments: the names of each route's providers, in the order in which they are to be tried.
    /// - Throws: `ProvidersError` for a name that nobody has, a route that the provider does not serve, or settings that
    ///   are missing.
    public static func make(
        assignments: [Route: [String]], configuration: ProvidersConfiguration, outbound: OutboundClient,
        logger: Logger
    ) throws -> ProviderRegistry {
        let catalogue = catalogue(configuration, outbound, logger)
        var made: [String: any Provider] = [:]
        var providers: [Route: [any Provider]] = [:]
        for (route, names) in assignments.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for name in names {
                guard let entry = catalogue[name] else {
                    throw ProvidersError.unknownProvider(name, known: catalogue.keys.sorted())
                }
                guard entry.routes.contains(route) else {
                    throw ProvidersError.unsuitableRoute(provider: name, route: route.rawValue)
                }
                let provider = try made[name] ?? entry.make()
                made[name] = provider
                providers[route, default: []].append(provider)
            }
        }
        return ProviderRegistry(providers: providers)
    }

    private static func required<Settings>(_ settings: Settings?, by provider: String) throws -> Settings {
        guard let settings else { throw ProvidersError.notConfigured(provider: provider) }
        return settings
    }
}
