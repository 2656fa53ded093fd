import Mail
import Outbound
import SettingsReading

/// What several providers are set up with.
struct SharedSettings: Sendable {
    /// The sender of e-mail where a request names no other.
    let sender: Mailbox?
    /// Nil unless all of it is set.
    let amazon: AWSAccount?
    /// Where the world reaches the API.
    let publicURL: String?

    static let amazonVariables = ["BELFRY_AWS_REGION", "BELFRY_AWS_ACCESS_KEY_ID", "BELFRY_AWS_SECRET_ACCESS_KEY"]

    init(_ reader: inout SettingsReader, publicURL: String?) {
        self.publicURL = publicURL
        sender = reader.parsed(
            "BELFRY_EMAIL_FROM", form: "name@host or Name <name@host>", fallback: "none",
            "The sender of e-mail where a request names no other.", default: nil
        ) { try Mailbox(parsing: $0, part: "from") }
        let region = reader.word("BELFRY_AWS_REGION", form: "as eu-north-1", "Where SES and SNS are used.")
        let keyId = reader.word("BELFRY_AWS_ACCESS_KEY_ID", form: "AKIA…", "Who calls SES and SNS.")
        let key = reader.secret("BELFRY_AWS_SECRET_ACCESS_KEY", form: "a key", "What belongs to it.")
        let token = reader.secret("BELFRY_AWS_SESSION_TOKEN", form: "a token", "Of temporary credentials.")
        if let region, let keyId, let key {
            amazon = AWSAccount(region: region, accessKeyId: keyId, secretAccessKey: key, sessionToken: token)
        } else {
            amazon = nil
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

    /// Where a service is found; nil when it is wrong, which is then among the problems, or when there is no default.
    mutating func serviceURL(
        _ name: String, default url: String?, shown: String? = nil, of service: String
    ) -> ServiceURL? {
        parsed(
            name, form: "https://host[:port][/path]", fallback: shown ?? url ?? "none", "Where to find \(service).",
            default: url.flatMap { try? ServiceURL($0) }
        ) { text in
            do throws(OutboundRefusal) { return try ServiceURL(text) } catch {
                throw SettingsProblem("it \(error.message)")
            }
        }
    }
}
