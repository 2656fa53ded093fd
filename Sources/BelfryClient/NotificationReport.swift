public import Foundation
public import Notifications

/// A notification's document: what was sent, and what became of it.
public struct NotificationReport: Sendable, Hashable {
    public let id: UUID
    /// Nil for a word that this version does not know.
    public let status: NotificationStatus?
    public let createdAt: Date?
    public let title: String?
    public let body: String?
    public let data: JSONObject?
    public let metadata: JSONObject?
    public let channels: [NotificationChannel: ChannelReport]
    /// All of it as it was answered.
    public let json: JSON

    /// Nil for what is no document.
    public init?(json: JSON) {
        guard let id = json["id"]?.id else { return nil }
        self.id = id
        self.json = json
        status = json["status"]?.string.flatMap(NotificationStatus.init)
        createdAt = json["createdAt"]?.date
        title = json["title"]?.string
        body = json["body"]?.string
        data = json["data"]?.object
        metadata = json["metadata"]?.object
        let pairs = NotificationChannel.allCases.compactMap { channel in
            json["channels"]?[channel.rawValue].map { (channel, ChannelReport(json: $0)) }
        }
        channels = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Whether nothing more is to be sent. A receipt may still change what is said of it.
    public var isDone: Bool {
        switch status {
        case .pending, .scheduled, .processing, nil: false
        case .sent, .delivered, .partial, .failed, .cancelled: true
        }
    }
}

/// What became of one channel, or of one of its devices or chats.
public struct ChannelReport: Sendable, Hashable {
    /// `pending scheduled processing sent delivered bounced failed skipped expired cancelled unknown`; in-app `unread read`.
    public let status: String
    public let attempts: Int
    /// Who sent it last.
    public let provider: String?
    public let providerMessageId: String?
    public let sentAt: Date?
    public let deliveredAt: Date?
    public let readAt: Date?
    /// When it was put away; nil for what is in the list, and for all but in-app.
    public let archivedAt: Date?
    /// Why it failed, was skipped, or waits for another attempt.
    public let failure: DeliveryFailure?
    /// By the device's id for push, by route for chat.
    public let targets: [String: ChannelReport]

    init(json: JSON) {
        status = json["status"]?.string ?? ""
        attempts = json["attempts"]?.int ?? 0
        provider = json["provider"]?.string
        providerMessageId = json["providerMessageId"]?.string
        sentAt = json["sentAt"]?.date
        deliveredAt = json["deliveredAt"]?.date
        readAt = json["readAt"]?.date
        archivedAt = json["archivedAt"]?.date
        failure = DeliveryFailure(json: json["error"])
        let members = (json["devices"] ?? json["addresses"])?.object?.members ?? []
        targets = Dictionary(members.map { ($0.name, ChannelReport(json: $0.value)) }) { $1 }
    }
}
