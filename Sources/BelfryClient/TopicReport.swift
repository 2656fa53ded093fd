public import Foundation
public import Notifications

/// A name under which any number of users can be sent to.
public struct TopicReport: Sendable, Hashable {
    /// A user who is in a topic, known or not.
    public struct Subscriber: Sendable, Hashable {
        public let userId: String
        public let subscribedAt: Date?

        init?(json: JSON) {
            guard let userId = json["userId"]?.string else { return nil }
            self.userId = userId
            subscribedAt = json["subscribedAt"]?.date
        }
    }

    public let name: String
    /// Your words about it; sent to nobody.
    public let description: String?
    /// How many users it has, exactly.
    public let subscribers: Int
    public let createdAt: Date?
    /// All of it as it was answered.
    public let json: JSON

    /// Nil for what is no topic.
    public init?(json: JSON) {
        guard let name = json["name"]?.string else { return nil }
        self.name = name
        self.json = json
        description = json["description"]?.string
        subscribers = json["subscribers"]?.int ?? 0
        createdAt = json["createdAt"]?.date
    }
}
