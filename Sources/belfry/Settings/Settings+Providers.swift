import Mail
import Notifications
import Outbound
import Providers

/// The providers that are called over HTTP.
extension Settings {
    /// Notes what is missing of the settings of every provider that is assigned. What is set wrongly has been noted.
    static func checkAssigned(
        _ assignments: [Route: [String]], _ providers: ProvidersConfiguration, _ reader: inout SettingsReader
    ) {
        let smtpSender = reader.isSet("BELFRY_SMTP_FROM") ? "BELFRY_SMTP_FROM" : "BELFRY_EMAIL_FROM"
        let required: [(provider: String, variables: [String], hint: String)] = [
            ("webhook", ["BELFRY_WEBHOOK_SECRETS"], ": `echo whsec_$(openssl rand -base64 32)` makes one"),
            ("smtp", ["BELFRY_SMTP_URL", smtpSender], ""),
            ("ses", amazonVariables + ["BELFRY_EMAIL_FROM"], ""),
            ("sendgrid", ["BELFRY_SENDGRID_API_KEY", "BELFRY_EMAIL_FROM"], ""),
            ("mailgun", ["BELFRY_MAILGUN_API_KEY", "BELFRY_MAILGUN_DOMAIN", "BELFRY_EMAIL_FROM"], ""),
            ("twilio", ["BELFRY_TWILIO_ACCOUNT_SID", "BELFRY_TWILIO_AUTH_TOKEN", "BELFRY_TWILIO_FROM"], ""),
            ("vonage", ["BELFRY_VONAGE_API_KEY", "BELFRY_VONAGE_API_SECRET", "BELFRY_VONAGE_FROM"], ""),
            ("sns", amazonVariables, ""),
            ("telegram", ["BELFRY_TELEGRAM_TOKEN"], ""),
            ("whatsapp", ["BELFRY_WHATSAPP_TOKEN", "BELFRY_WHATSAPP_PHONE_NUMBER_ID"], ""),
            ("fcm", ["BELFRY_FCM_CREDENTIALS"], ""),
            (
                "apns", ["BELFRY_APNS_KEY", "BELFRY_APNS_KEY_ID", "BELFRY_APNS_TEAM_ID", "BELFRY_APNS_TOPIC"], ""
            ),
            ("webPush", ["BELFRY_VAPID_PRIVATE_KEY", "BELFRY_VAPID_SUBJECT"], ""),
        ]
        let assigned = Set(assignments.values.joined())
        for (provider, variables, hint) in required where assigned.contains(provider) {
            let missing = variables.filter { !reader.isSet($0) }
            guard !missing.isEmpty else { continue }
            reader.note("\(missing.joined(separator: ", ")) must be set for the provider \(provider)\(hint)")
        }
    }

    private static let amazonVariables = [
        "BELFRY_AWS_REGION", "BELFRY_AWS_ACCESS_KEY_ID", "BELFRY_AWS_SECRET_ACCESS_KEY",
    ]

    /// For SES and SNS; nil unless all of it is set.
    static func amazon(_ reader: inout SettingsReader) -> AWSAccount? {
        let region = reader.word("BELFRY_AWS_REGION", form: "as eu-north-1", "Where SES and SNS are used.")
        let keyId = reader.word("BELFRY_AWS_ACCESS_KEY_ID", form: "AKIA…", "Who calls SES and SNS.")
        let key = reader.secret("BELFRY_AWS_SECRET_ACCESS_KEY", form: "a key", "What belongs to it.")
        let token = reader.secret("BELFRY_AWS_SESSION_TOKEN", form: "a token", "Of temporary credentials.")
        guard let region, let keyId, let key else { return nil }
        return AWSAccount(region: region, accessKeyId: keyId, secretAccessKey: key, sessionToken: token)
    }

    static func ses(
        _ reader: inout SettingsReader, _ account: AWSAccount?, _ sender: Mailbox?
    ) -> SESConfiguration? {
        let set = reader.word(
            "BELFRY_SES_CONFIGURATION_SET", form: "a name", "The configuration set, which says where events go.")
        let regional = account.map { "https://email.\($0.region).amazonaws.com" }
        let url = serviceURL(&reader, "BELFRY_SES_URL", default: regional, shown: "the region's", of: "SES")
        guard let account, let sender, let url else { return nil }
        return SESConfiguration(account: account, from: sender, configurationSet: set, url: url)
    }

    static func sendGrid(_ reader: inout SettingsReader, _ sender: Mailbox?) -> SendGridConfiguration? {
        let key = reader.secret("BELFRY_SENDGRID_API_KEY", form: "SG.…", "The key, which needs the right to send mail.")
        let url = serviceURL(
            &reader, "BELFRY_SENDGRID_URL", default: SendGridConfiguration.defaultURL,
            of: "SendGrid; https://api.eu.sendgrid.com is the one in the EU")
        guard let key, let sender, let url else { return nil }
        return SendGridConfiguration(apiKey: key, from: sender, url: url)
    }

    static func mailgun(_ reader: inout SettingsReader, _ sender: Mailbox?) -> MailgunConfiguration? {
        let key = reader.secret("BELFRY_MAILGUN_API_KEY", form: "a key", "The key of Mailgun.")
        let domain = reader.word("BELFRY_MAILGUN_DOMAIN", form: "a domain", "The domain that Mailgun sends from.")
        let url = serviceURL(
            &reader, "BELFRY_MAILGUN_URL", default: MailgunConfiguration.defaultURL,
            of: "Mailgun; https://api.eu.mailgun.net is the one in the EU")
        guard let key, let domain, let sender, let url else { return nil }
        return MailgunConfiguration(apiKey: key, domain: domain, from: sender, url: url)
    }

    /// Nil when it is wrong, which is then among the problems, or when there is no default.
    static func serviceURL(
        _ reader: inout SettingsReader, _ name: String, default url: String?, shown: String? = nil, of service: String
    ) -> ServiceURL? {
        reader.parsed(
            name, form: "https://host[:port][/path]", fallback: shown ?? url ?? "none", "Where to find \(service).",
            default: url.flatMap { try? ServiceURL($0) }
        ) { text in
            do throws(OutboundRefusal) { return try ServiceURL(text) } catch {
                throw SettingsProblem("it \(error.message)")
            }
        }
    }
}

extension SettingsReader {
    /// Visible ASCII without spaces: what may stand in a header or a path.
    private static func isWord(_ text: String) -> Bool { text.utf8.allSatisfy { (33...126).contains($0) } }

    mutating func word(_ name: String, form: String, _ about: String) -> String? {
        parsed(name, form: form, fallback: "none", about, default: nil) { text in
            // With `?:` the nil would be the value of a setting that is right.
            guard SettingsReader.isWord(text) else { return nil }
            return text
        }
    }

    /// One line of text.
    mutating func line(_ name: String, form: String, _ about: String) -> String? {
        parsed(name, form: form, fallback: "none", about, default: nil) { text in
            guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else { return nil }
            return text
        }
    }

    mutating func secret(_ name: String, form: String, _ about: String) -> Secret? {
        parsed(name, form: form, fallback: "none", about, isSecret: true, default: nil) { text in
            guard SettingsReader.isWord(text) else { return nil }
            return Secret(text)
        }
    }
}
