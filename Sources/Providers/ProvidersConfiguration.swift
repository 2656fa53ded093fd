/// The settings of all providers. A provider that needs none set is not assigned anywhere.
public struct ProvidersConfiguration: Sendable {
    public var webhook: WebhookConfiguration?
    public var smtp: SMTPProviderConfiguration?
    public var ses: SESConfiguration?
    public var sendGrid: SendGridConfiguration?
    public var mailgun: MailgunConfiguration?
    public var twilio: TwilioConfiguration?
    public var vonage: VonageConfiguration?
    public var sns: SNSConfiguration?
    public var slack: SlackConfiguration?
    public var telegram: TelegramConfiguration?
    public var whatsApp: WhatsAppConfiguration?
    public var fcm: FCMConfiguration?
    public var apns: APNSConfiguration?
    public var webPush: WebPushConfiguration?
    public var expo: ExpoConfiguration?
    public var simulator = SimulatorConfiguration()
    public var backupSimulator = SimulatorConfiguration()

    public init() {}
}
