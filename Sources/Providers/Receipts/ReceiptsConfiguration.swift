public import Notifications
public import Outbound

/// What the callbacks of providers are verified with. A provider without it has none taken.
public struct ReceiptsConfiguration: Sendable {
    public var sendGrid: SendGridReceipts?
    public var mailgun: MailgunReceipts?
    public var twilio: TwilioReceipts?
    public var vonage: VonageReceipts?
    public var whatsApp: WhatsAppReceipts?
    /// The SNS topics that Amazon SES publishes to; empty for none.
    public var sesTopics: Set<String> = []

    public init() {}

    /// Those that are set, by the names of their providers.
    public func parsers(_ outbound: OutboundClient) -> [String: any ReceiptParser] {
        let ses = sesTopics.isEmpty ? nil : SESReceipts(topics: sesTopics, outbound: outbound)
        let parsers: [String: (any ReceiptParser)?] = [
            "sendgrid": sendGrid, "mailgun": mailgun, "twilio": twilio, "vonage": vonage, "whatsapp": whatsApp,
            "ses": ses,
        ]
        return parsers.compactMapValues { $0 }
    }
}
