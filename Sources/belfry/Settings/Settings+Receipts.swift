import Providers

extension Settings {
    /// Lets the providers whose callbacks can be verified count on them.
    static func connect(
        _ providers: inout ProvidersConfiguration, to receipts: inout ReceiptsConfiguration, publicURL: String?
    ) {
        providers.twilio?.statusCallback = publicURL.map { $0 + "/v1/receipts/twilio" }
        receipts.twilio = providers.twilio?.receipts
        if receipts.twilio == nil { providers.twilio?.statusCallback = nil }
        providers.ses?.sendsReceipts = !receipts.sesTopics.isEmpty
        providers.sendGrid?.sendsReceipts = receipts.sendGrid != nil
        providers.mailgun?.sendsReceipts = receipts.mailgun != nil
        providers.twilio?.sendsReceipts = receipts.twilio != nil
        providers.vonage?.sendsReceipts = receipts.vonage != nil
        providers.whatsApp?.sendsReceipts = receipts.whatsApp != nil
    }

    static func receipts(_ reader: inout SettingsReader) -> ReceiptsConfiguration {
        var receipts = ReceiptsConfiguration()
        receipts.sendGrid = reader.parsed(
            "BELFRY_SENDGRID_WEBHOOK_KEY", form: "base64", fallback: "none",
            "The verification key of SendGrid's Event Webhook.", default: nil
        ) { try SendGridReceipts(publicKey: $0) }
        receipts.mailgun = reader.parsed(
            "BELFRY_MAILGUN_SIGNING_KEY", form: "a secret", fallback: "none",
            "The HTTP webhook signing key of Mailgun.", isSecret: true, default: nil
        ) { MailgunReceipts(signingKey: $0) }
        receipts.vonage = reader.parsed(
            "BELFRY_VONAGE_SIGNATURE_SECRET", form: "a secret", fallback: "none",
            "What Vonage signs its webhooks with.", isSecret: true, default: nil
        ) { VonageReceipts(signatureSecret: $0) }
        receipts.sesTopics = reader.parsed(
            "BELFRY_SES_TOPICS", form: "ARNs, separated by commas", fallback: "none",
            "The SNS topics that Amazon SES publishes its events to.", default: []
        ) { Set($0.split(separator: ",").map { String($0) }) }
        receipts.whatsApp = whatsApp(&reader)
        return receipts
    }

    private static func whatsApp(_ reader: inout SettingsReader) -> WhatsAppReceipts? {
        func secret(_ name: String, _ about: String) -> String? {
            reader.parsed(name, form: "a secret", fallback: "none", about, isSecret: true, default: nil) { $0 }
        }
        let appSecret = secret("BELFRY_WHATSAPP_APP_SECRET", "What Meta signs its webhooks with.")
        let verifyToken = secret("BELFRY_WHATSAPP_VERIFY_TOKEN", "The word by which Meta's webhook knows us.")
        switch (appSecret, verifyToken) {
        case (let appSecret?, let verifyToken?):
            return WhatsAppReceipts(appSecret: appSecret, verifyToken: verifyToken)
        case (nil, nil): return nil
        default:
            reader.note("BELFRY_WHATSAPP_APP_SECRET and BELFRY_WHATSAPP_VERIFY_TOKEN go together")
            return nil
        }
    }
}
