public import Foundation
public import Notifications

/// What a post was answered with.
public struct SendAnswer: Sendable, Hashable {
    /// What became of one recipient of a list, or of one request of a batch.
    public enum Entry: Sendable, Hashable {
        case accepted(UUID)
        /// Nothing is sent to this one, and why. Of a batch the fields are those of this request, at most ten.
        case rejected([BelfryClientError.FieldError])
    }

    /// The document; for a topic the broadcast, for a list of recipients and for a batch `{"notifications":[…]}`.
    public let json: JSON
    /// Whether it is the stored answer to an earlier request with this key.
    public let isReplay: Bool

    /// The document; nil for anything but one recipient.
    public var notification: NotificationReport? { broadcast == nil ? NotificationReport(json: json) : nil }

    /// What becomes of it; nil for anything but a topic.
    public var broadcast: BroadcastReport? { BroadcastReport(json: json) }

    /// One for each recipient of a list, or each request of a batch, in order; none for anything else.
    public var entries: [Entry] {
        (json["notifications"]?.array ?? []).map { item in
            if let id = item["id"]?.id { return .accepted(id) }
            let errors = item["errors"]?.array ?? [item["error"] ?? .null]
            return .rejected(errors.map(BelfryClientError.FieldError.init(json:)))
        }
    }
}
