import ArgumentParser
import Foundation
import Notifications

/// What is sent: a request of the API, member by member. The API judges them, so that there is one place which does.
struct SendOptions: ParsableArguments {
    @Option(help: "The user to notify.")
    var to: String?

    @Option(help: "An e-mail address, instead of or beside what is known of the user.")
    var email: String?

    @Option(help: "A phone number such as +46701234567, likewise.")
    var phone: String?

    @Option(help: "All subscribers of this topic, instead of a recipient.")
    var topic: String?

    @Option(help: "Of push, email, sms, inApp, chat, webhook, separated by commas. Default: all that can be reached.")
    var channels: String?

    @Option var title: String?
    @Option var body: String?

    @Option(help: "The template that says it, with --data for what it needs.")
    var template: String?

    @Option(help: "Which of the template's languages, such as sv-SE. Default: the recipient's.")
    var locale: String?

    @Option(help: "JSON that is handed on as it is.")
    var data: String?

    @Option(help: "transactional, marketing, alert or system.")
    var type: String?

    @Option(help: "critical, high, medium or low.")
    var priority: String?

    @Option(
        help: """
            Not before this time, such as 2026-12-01T08:00:00Z. 09:00, or 2026-12-01T09:00, is by the recipient's own \
            clock.
            """)
    var sendAt: String?

    @Option(help: "Not before so long from now, such as 90s, 15m, 2h or 3d.")
    var delay: String?

    @Option(help: "Not after so long, such as 15m, 2h or 3d.")
    var expiresIn: String?

    @Option(help: "A word of yours: a newer one with the same takes the place of what was not sent yet.")
    var collapseKey: String?

    @Option(help: "A request as JSON, from a file or from standard input (-). Options given beside it win.")
    var file: String?

    func validate() throws {
        if file == nil, recipient.isEmpty {
            throw ValidationError("Say to whom: --to, --email, --phone, --topic, or a request by --file.")
        }
        if file == nil, title == nil, body == nil, template == nil {
            throw ValidationError("Say what: --title, --body or both, or --template.")
        }
        if let data, (try? JSON(parsing: data)) == nil { throw ValidationError("--data must be JSON.") }
    }

    /// The request; `text` is what the file holds.
    func request(file text: String?) throws -> JSON {
        var members = JSONObject()
        if let text {
            do {
                guard let object = try JSON(parsing: text).object else {
                    throw ValidationError("--file must hold a JSON object.")
                }
                members = object
            } catch let error as JSONSyntaxError {
                throw ValidationError("--file is not JSON: \(error).")
            }
        }
        if !recipient.isEmpty { members["to"] = .object(recipient) }
        if let channels { members["channels"] = .array(channels.split(separator: ",").map { .string(String($0)) }) }
        if let data { members["data"] = try JSON(parsing: data) }
        if let sendAt { members["sendAt"] = LocalTime(sendAt)?.json ?? .string(sendAt) }
        let words = [
            ("title", title), ("body", body), ("template", template), ("locale", locale), ("type", type),
            ("priority", priority), ("delay", delay), ("expiresIn", expiresIn), ("collapseKey", collapseKey),
        ]
        for (name, value) in words { if let value { members[name] = .string(value) } }
        return .object(members)
    }

    private var recipient: JSONObject {
        var recipient = JSONObject()
        recipient.append("userId", to.map(JSON.string))
        recipient.append("email", email.map(JSON.string))
        recipient.append("phone", phone.map(JSON.string))
        recipient.append("topic", topic.map(JSON.string))
        return recipient
    }

    /// The largest body the API takes.
    private static let maximumFileBytes = 2 << 20

    /// What `--file` names; nil without it.
    func fileText() throws -> String? {
        guard let file else { return nil }
        guard let handle = file == "-" ? .standardInput : FileHandle(forReadingAtPath: file) else {
            throw ValidationError("\(file) cannot be read.")
        }
        let bytes = try handle.read(upToCount: SendOptions.maximumFileBytes + 1) ?? Data()
        guard bytes.count <= SendOptions.maximumFileBytes else { throw ValidationError("\(file) is too large.") }
        return String(decoding: bytes, as: UTF8.self)
    }
}
