import Providers

/// The providers of SMS.
extension Settings {
    static func twilio(_ reader: inout SettingsReader) -> TwilioConfiguration? {
        let account = reader.word("BELFRY_TWILIO_ACCOUNT_SID", form: "AC…", "The account at Twilio.")
        let key = reader.word(
            "BELFRY_TWILIO_API_KEY_SID", form: "SK…", "An API key, whose secret BELFRY_TWILIO_AUTH_TOKEN then is.")
        let token = reader.secret("BELFRY_TWILIO_AUTH_TOKEN", form: "a token", "The account's token.")
        let sender = reader.line(
            "BELFRY_TWILIO_FROM", form: "+15005550006, a name, or MG…",
            "The sender of SMS by Twilio; MG… is a messaging service.")
        let url = serviceURL(&reader, "BELFRY_TWILIO_URL", default: TwilioConfiguration.defaultURL, of: "Twilio")
        guard let account, let token, let sender, let url else { return nil }
        return TwilioConfiguration(accountSid: account, keySid: key, token: token, sender: sender, url: url)
    }

    static func vonage(_ reader: inout SettingsReader) -> VonageConfiguration? {
        let key = reader.word("BELFRY_VONAGE_API_KEY", form: "a word", "The account at Vonage.")
        let secret = reader.secret("BELFRY_VONAGE_API_SECRET", form: "a secret", "What belongs to it.")
        let sender = reader.line(
            "BELFRY_VONAGE_FROM", form: "a number without + or a name", "The sender of SMS by Vonage.")
        let url = serviceURL(&reader, "BELFRY_VONAGE_URL", default: VonageConfiguration.defaultURL, of: "Vonage")
        guard let key, let secret, let sender, let url else { return nil }
        return VonageConfiguration(apiKey: key, apiSecret: secret, sender: sender, url: url)
    }

    static func sns(_ reader: inout SettingsReader, _ account: AWSAccount?) -> SNSConfiguration? {
        let sender = reader.line(
            "BELFRY_SNS_SENDER_ID", form: "a name", "The sender of SMS by SNS, where the country allows one.")
        let regional = account.map { "https://sns.\($0.region).amazonaws.com" }
        let url = serviceURL(&reader, "BELFRY_SNS_URL", default: regional, shown: "the region's", of: "SNS")
        guard let account, let url else { return nil }
        return SNSConfiguration(account: account, senderId: sender, url: url)
    }
}
