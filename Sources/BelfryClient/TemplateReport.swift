public import Foundation
public import Notifications

/// One version of a template.
public struct TemplateReport: Sendable, Hashable {
    public let name: String
    public let version: Int
    /// Whether it is the one that is used where a request names none.
    public let isActive: Bool
    public let createdAt: Date?
    /// What it has something to say for.
    public let channels: [NotificationChannel]
    /// All of it as it was answered; what it says, `channels`, `layout` and `sample`, is in no list.
    public let json: JSON

    /// Nil for what is no template.
    public init?(json: JSON) {
        guard let name = json["name"]?.string, let version = json["version"]?.int else { return nil }
        self.name = name
        self.version = version
        self.json = json
        isActive = json["active"]?.bool ?? false
        createdAt = json["createdAt"]?.date
        let names = json["channels"]?.object?.members.map { $0.name } ?? json["channels"]?.strings ?? []
        channels = names.compactMap(NotificationChannel.init)
    }
}
