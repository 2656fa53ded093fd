public import Foundation
public import Notifications

/// What a post was answered with.
public struct SendAnswer: Sendable, Hashable {
    /// What became of one recipient of a list.
    public enum Entry: Sendable, Hashable {
        case accepted(UUID)
        /// Nothing is sent to this one, and why.
        case rejected(BelfryClientError.FieldError)
    }

    /// The document; for a list of recipients `{"notifications":[…]}`.
    public let json: JSON
    /// Whether it is the stored answer to an earlier request with this key.
    public let isReplay: Bool

    /// The document; nil for a list of recipients.
    public var notification: NotificationReport? { NotificationReport(json: json) }

    /// One for each recipient of a list, in order; none where there was one recipient.
    public var entries: [Entry] {
        (json["notifications"]?.array ?? []).map { item in
            if let id = item["id"]?.id { return .accepted(id) }
            return .rejected(BelfryClientError.FieldError(json: item["error"] ?? .null))
        }
    }
}
