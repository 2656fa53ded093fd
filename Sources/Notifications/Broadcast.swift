public import Foundation

/// One request to notify all subscribers of a topic, and how far it has come. What is sent are notifications like any
/// others: a broadcast makes one for each subscriber, page by page in the order of the users' ids.
public struct Broadcast: Sendable, Hashable {
    ///     expanding ──▶ done
    ///         └──▶ cancelled ◀──┘
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Subscribers are still being read.
        case expanding
        /// All of them were read. What was made may still be on its way.
        case done
        /// Taken back: nobody more is read, and what was not sent yet is not sent any more.
        case cancelled
    }

    /// A version 7 UUID of when it was accepted.
    public var id: UUID
    public var tenant: String
    /// The topic's name.
    public var topic: String
    /// The topic itself: another one may have its name by now.
    public var topicId: UUID
    /// The body of the request, checked when it was accepted.
    public var request: JSON
    /// The request it came in with, for the logs.
    public var requestId: String?
    public var trace: TraceContext?
    /// Whether it came with a test key.
    public var isTest: Bool
    public var status = Status.expanding
    /// Of the topic, when it was accepted. Those who come and go meanwhile are not counted again.
    public var subscribers: Int
    /// Subscribers read: those with a notification and those who were skipped.
    public var expanded = 0
    /// Notifications made.
    public var notifications = 0
    /// Subscribers for whom none was made, by the reason.
    public var skipped: [String: Int] = [:]
    /// Notifications of which something was taken back before anybody had begun to send it.
    public var cancelled = 0
    /// The subscriber that was read last; empty before the first one, and once nobody is to be read any more.
    public var lastUserId = ""
    public var createdAt: Date
    /// When the last subscriber was read, or it was cancelled.
    public var endedAt: Date?

    public init(
        id: UUID, tenant: String, topic: String, topicId: UUID, subscribers: Int, request: JSON,
        requestId: String? = nil, trace: TraceContext? = nil, isTest: Bool = false, createdAt: Date
    ) {
        self.id = id
        self.tenant = tenant
        self.topic = topic
        self.topicId = topicId
        self.subscribers = subscribers
        self.request = request
        self.requestId = requestId
        self.trace = trace
        self.isTest = isTest
        self.createdAt = createdAt
    }

    /// The request as if it had named these users.
    public func draft(to userIds: [String]) -> NotificationDraft {
        // What it says of time counts from when it was accepted, whenever its turn comes.
        var draft = NotificationDraft(Fields(request.object ?? JSONObject()), at: createdAt)
        draft.topic = nil
        draft.to = userIds.map { Recipient(userId: $0) }
        draft.isList = true
        draft.broadcastId = id
        draft.requestId = requestId
        draft.trace = trace
        draft.isTest = isTest
        return draft
    }

    /// As callers see it.
    public var json: JSON {
        let reasons = skipped.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }
        return [
            "id": .string(id.text), "topic": .string(topic), "status": .string(status.rawValue),
            "subscribers": JSON(subscribers), "expanded": JSON(expanded), "notifications": JSON(notifications),
            "skipped": .object(JSONObject(reasons)), "cancelled": JSON(cancelled), "createdAt": JSON(createdAt),
            "endedAt": JSON(endedAt),
        ]
    }
}
