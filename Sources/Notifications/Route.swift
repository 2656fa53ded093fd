/// Where one kind of address goes: the unit of queueing, of limits and of workers.
///
/// A channel has one delivery for each route that its recipient has an address for.
public enum Route: String, Sendable, Hashable, CaseIterable {
    case email, sms, webhook, inApp
    case apns = "push.apns"
    case fcm = "push.fcm"
    case webPush = "push.web"
    case expo = "push.expo"
    case slack = "chat.slack"
    case discord = "chat.discord"
    case telegram = "chat.telegram"
    case whatsApp = "chat.whatsapp"

    public var channel: NotificationChannel {
        switch self {
        case .email: .email
        case .sms: .sms
        case .webhook: .webhook
        case .inApp: .inApp
        case .apns, .fcm, .webPush, .expo: .push
        case .slack, .discord, .telegram, .whatsApp: .chat
        }
    }

    /// The status of what this route's provider took: in-app lies in the inbox, everything else is on its way.
    public var acceptedStatus: DeliveryStatus { self == .inApp ? .unread : .sent }

    /// The routes that `name` stands for: itself, or all of a channel's. Empty when there is no such name.
    public static func named(_ name: String) -> [Route] {
        if let route = Route(rawValue: name) { return [route] }
        return allCases.filter { $0.channel.rawValue == name }
    }
}
