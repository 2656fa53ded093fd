import Providers

/// The providers of chats. Discord needs nothing: its addresses are webhooks.
extension Settings {
    static func slack(_ reader: inout SettingsReader) -> SlackConfiguration? {
        let token = reader.secret(
            "BELFRY_SLACK_TOKEN", form: "xoxb-…", "The app that posts to channels; webhooks need none.")
        let url = serviceURL(&reader, "BELFRY_SLACK_URL", default: SlackConfiguration.defaultURL, of: "Slack")
        return url.map { SlackConfiguration(token: token, url: $0) }
    }

    static func telegram(_ reader: inout SettingsReader) -> TelegramConfiguration? {
        let token = reader.secret("BELFRY_TELEGRAM_TOKEN", form: "<number>:<word>", "The bot that writes.")
        let url = serviceURL(&reader, "BELFRY_TELEGRAM_URL", default: TelegramConfiguration.defaultURL, of: "Telegram")
        guard let token, let url else { return nil }
        return TelegramConfiguration(token: token, url: url)
    }

    static func whatsApp(_ reader: inout SettingsReader) -> WhatsAppConfiguration? {
        let token = reader.secret(
            "BELFRY_WHATSAPP_TOKEN", form: "a token", "Of a system user of the WhatsApp business.")
        let number = reader.word(
            "BELFRY_WHATSAPP_PHONE_NUMBER_ID", form: "digits", "Of the number that sends; not the number itself.")
        let url = serviceURL(
            &reader, "BELFRY_WHATSAPP_URL", default: WhatsAppConfiguration.defaultURL,
            of: "the Cloud API, with its version")
        guard let token, let number, let url else { return nil }
        return WhatsAppConfiguration(token: token, phoneNumberId: number, url: url)
    }
}
