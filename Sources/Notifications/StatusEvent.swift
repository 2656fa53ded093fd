public import Foundation

/// Something that happened to a notification, as it is published and as it stands in the event log.
///
/// `accepted`, `processing`, and the `unread` of what lies in the inbox from the start are published only: they follow from
/// the document, and accepting does not pay for a log entry. Every other event is in the log first and carries its number.
public struct StatusEvent: Sendable, Hashable {
    /// The number in the event log, which only grows; nil for what is published only.
    public var id: Int64?
    public var notificationId: UUID
    public var tenant: String
    public var userId: String?
    /// Nil for `accepted`, which is about the whole notification.
    public var channel: NotificationChannel?
    public var route: Route?
    /// The channel's status after it, or `accepted` or `processing`.
    public var status: String
    /// The channel's status before it, where it changed.
    public var previous: DeliveryStatus?
    /// What the attempt came to, or `redriven` where somebody had the route tried again, or `deviceRemoved`; else nil.
    public var outcome: String?
    /// The attempt's number; 0 where there was none.
    public var attempt: Int
    public var provider: String?
    /// The id of the device that was removed.
    public var device: String?
    public var failure: DeliveryFailure?
    public var at: Date

    public init(
        id: Int64? = nil, notificationId: UUID, tenant: String, userId: String?, channel: NotificationChannel? = nil,
        route: Route? = nil, status: String, previous: DeliveryStatus? = nil, outcome: String? = nil,
        attempt: Int = 0, provider: String? = nil, device: String? = nil, failure: DeliveryFailure? = nil, at: Date
    ) {
        self.id = id
        self.notificationId = notificationId
        self.tenant = tenant
        self.userId = userId
        self.channel = channel
        self.route = route
        self.status = status
        self.previous = previous
        self.outcome = outcome
        self.attempt = attempt
        self.provider = provider
        self.device = device
        self.failure = failure
        self.at = at
    }

    /// The pub/sub channel of a tenant's events.
    public static func topic(tenant: String) -> String { topicPrefix + tenant }
    public static let topicPrefix = "belfry:events:"

    public var json: JSON {
        var object = JSONObject()
        object.append("id", id.map { JSON($0) })
        object.append("notificationId", .string(notificationId.text))
        object.append("userId", userId.map(JSON.string))
        object.append("channel", channel.map { .string($0.rawValue) })
        object.append("route", route.map { .string($0.rawValue) })
        object.append("status", .string(status))
        object.append("previous", previous.map { .string($0.rawValue) })
        object.append("outcome", outcome.map(JSON.string))
        if attempt > 0 { object.append("attempt", JSON(attempt)) }
        object.append("provider", provider.map(JSON.string))
        object.append("device", device.map(JSON.string))
        object.append("error", failure?.json)
        object.append("at", JSON(at))
        return .object(object)
    }

    /// Reads what `json` wrote; nil when it is something else. The tenant is known from where it was read.
    public init?(json: JSON, tenant: String) {
        guard let id = json["notificationId"]?.string.flatMap(UUID.init(uuidString:)),
            let status = json["status"]?.string, let at = json["at"]?.date
        else { return nil }
        self.init(
            id: json["id"]?.int.map(Int64.init), notificationId: id, tenant: tenant, userId: json["userId"]?.string,
            channel: json["channel"]?.string.flatMap(NotificationChannel.init),
            route: json["route"]?.string.flatMap(Route.init), status: status,
            previous: json["previous"]?.string.flatMap(DeliveryStatus.init), outcome: json["outcome"]?.string,
            attempt: json["attempt"]?.int ?? 0, provider: json["provider"]?.string, device: json["device"]?.string,
            failure: DeliveryFailure(json: json["error"]), at: at)
    }
}
