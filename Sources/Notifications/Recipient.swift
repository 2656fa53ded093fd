import Foundation

/// Someone to reach: a user we keep, or the literal addresses of someone we do not know.
public struct Recipient: Sendable, Hashable {
    /// The caller's own id of the user; nil for literal addresses.
    public var userId: String?
    public var email: String?
    /// E.164, `+` and digits.
    public var phone: String?
    public var webhookUrl: String?
    /// Address by chat route: a webhook URL, a channel id, a chat id, a phone number.
    public var chat: [Route: String] = [:]
    public var devices: [Device] = []
    public var locale: String?
    /// IANA name.
    public var timezone: String?
    /// The caller's own data about the user, for templates.
    public var attributes: JSONObject?
    /// Whether the request that says this wants it kept as the user's own. Of the request only; never stored.
    public var isSaved = false
    /// What the user wants of us; nil where nothing was said. Kept apart from the profile, and no part of `json`.
    public var preferences: Preferences?

    /// Devices that one user may have.
    public static let maximumDevices = 50

    public init(userId: String? = nil) { self.userId = userId }

    /// Reads a `to` or the body of a user, noting every problem.
    /// - Parameter more: members that the caller reads.
    public init(_ fields: Fields, allowing more: Set<String> = []) {
        fields.allow(
            more.union([
                "userId", "email", "phone", "webhookUrl", "chat", "devices", "locale", "timezone", "attributes",
            ]))
        userId = fields.string("userId", maximum: 256)
        email = fields.string("email", maximum: 320)
        phone = fields.string("phone", maximum: 16)
        webhookUrl = fields.string("webhookUrl", maximum: 2048)
        locale = fields.string("locale", maximum: 35)
        timezone = fields.string("timezone", maximum: 64)
        attributes = fields.object("attributes")
        if let timezone, TimeZone(identifier: timezone) == nil {
            fields.note("timezone", .invalid, "must be the name of a time zone such as Europe/Stockholm")
        }
        readDevices(fields)
        if let chat = fields.nested("chat") { readChat(chat) }
        checkAddresses(fields)
    }

    private mutating func readDevices(_ fields: Fields) {
        var seen: Set<String> = []
        var addresses: Set<JSON> = []
        for reader in fields.nestedArray("devices", maximum: Recipient.maximumDevices) ?? [] {
            guard let device = Device(reader) else { continue }
            if !seen.insert(device.id).inserted { reader.note("id", .conflict, "is used twice") }
            // Every push would reach it twice.
            if !device.address.isNull, !addresses.insert(device.address).inserted {
                reader.note("", .conflict, "is the same installation as another one")
            }
            devices.append(device)
        }
    }

    private mutating func readChat(_ fields: Fields) {
        let routes = Route.allCases.filter { $0.channel == .chat }
        fields.allow(Set(routes.map(Recipient.chatName)))
        for route in routes {
            let name = Recipient.chatName(route)
            chat[route] = fields.string(name, maximum: 2048)
            if let address = chat[route], let problem = Recipient.problem(ofChat: route, address) {
                fields.note(name, .invalid, problem)
            }
        }
    }

    /// `slack` for `chat.slack`.
    private static func chatName(_ route: Route) -> String { String(route.rawValue.dropFirst("chat.".count)) }

    private func checkAddresses(_ fields: Fields) {
        if let email, !Recipient.isEmail(email) { fields.note("email", .invalid, "must be an e-mail address") }
        if let phone, !Recipient.isPhone(phone) {
            fields.note("phone", .invalid, "must be a number in E.164 form such as +46701234567")
        }
    }

    /// One `@` with something on both sides and nothing that could end a header or an envelope.
    public static func isEmail(_ text: String) -> Bool {
        // As scalars: with an accent behind it, the sign is another character to Swift, and still the sign to a mail server.
        let parts = text.unicodeScalars.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "<" && $0 != ">" }
    }

    /// **Source:** ITU-T E.164: at most 15 digits, the first not 0.
    public static func isPhone(_ text: String) -> Bool {
        let digits = text.dropFirst()
        return text.first == "+" && (2...15).contains(digits.count) && digits.first != "0"
            && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    public var json: JSON {
        var object = JSONObject()
        object.append("userId", userId.map(JSON.string))
        object.append("email", email.map(JSON.string))
        object.append("phone", phone.map(JSON.string))
        object.append("webhookUrl", webhookUrl.map(JSON.string))
        if !chat.isEmpty {
            let addresses = chat.sorted { $0.key.rawValue < $1.key.rawValue }
            object.append(
                "chat", .object(JSONObject(addresses.map { (Recipient.chatName($0.key), .string($0.value)) })))
        }
        if !devices.isEmpty { object.append("devices", .array(devices.map(\.json))) }
        object.append("locale", locale.map(JSON.string))
        object.append("timezone", timezone.map(JSON.string))
        object.append("attributes", attributes.map(JSON.object))
        return .object(object)
    }

    /// This user with what `literal` says instead, where it says something.
    public func overlaid(by literal: Recipient) -> Recipient {
        var merged = self
        merged.email = literal.email ?? email
        merged.phone = literal.phone ?? phone
        merged.webhookUrl = literal.webhookUrl ?? webhookUrl
        merged.chat.merge(literal.chat) { $1 }
        if !literal.devices.isEmpty { merged.devices = literal.devices }
        merged.locale = literal.locale ?? locale
        merged.timezone = literal.timezone ?? timezone
        if let more = literal.attributes { merged.attributes = attributes?.merging(more) ?? more }
        return merged
    }

    /// Everywhere this recipient can be reached on a route; empty where it has no address for it.
    public func targets(on route: Route) -> [Target] {
        switch route {
        case .email: email.map { [Target(id: "email", address: .email($0))] } ?? []
        case .sms: phone.map { [Target(id: "sms", address: .phone($0))] } ?? []
        case .webhook: webhookUrl.map { [Target(id: "webhook", address: .url($0))] } ?? []
        case .inApp: userId.map { [Target(id: "inApp", address: .inbox(userId: $0))] } ?? []
        case .slack, .discord, .telegram, .whatsApp:
            chat[route].map { [Target(id: route.rawValue, address: .chat($0))] } ?? []
        case .apns, .fcm, .webPush, .expo:
            devices.filter { $0.route == route }.map { Target(id: $0.id, address: .device($0)) }
        }
    }

    /// The routes of a channel that this recipient has an address for.
    public func routes(of channel: NotificationChannel) -> [Route] {
        Route.allCases.filter { $0.channel == channel && !targets(on: $0).isEmpty }
    }
}

extension Recipient {
    /// A user as stored: the profile in one place, each device in another.
    public init(stored profile: JSON, devices: [JSON], userId: String?) {
        self.init(Fields(profile.object ?? JSONObject()))
        self.userId = userId
        self.devices = devices.compactMap { $0.object.flatMap { Device(Fields($0)) } }
    }
}
