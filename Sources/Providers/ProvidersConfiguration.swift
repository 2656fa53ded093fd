/// The settings of all providers. A provider that needs none set is not assigned anywhere.
public struct ProvidersConfiguration: Sendable {
    public var webhook: WebhookConfiguration?
    public var smtp: SMTPProviderConfiguration?
    public var ses: SESConfiguration?
    public var sendGrid: SendGridConfiguration?
    public var simulator = SimulatorConfiguration()
    public var backupSimulator = SimulatorConfiguration()

    public init() {}
}
