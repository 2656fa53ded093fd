public import Foundation
import Notifications

/// Which dead letters are meant; nil asks for all.
public struct DeadLetterQuery: Sendable, Hashable {
    public var notificationId: String?
    public var route: String?
    public var channel: String?
    /// Of the failure that ended it.
    public var code: String?
    public var userId: String?
    public var since: Date?
    public var until: Date?

    public init() {}

    private var words: [(name: String, value: String?)] {
        [
            ("notificationId", notificationId), ("route", route), ("channel", channel), ("code", code),
            ("userId", userId), ("since", since.map(Timestamp.text)), ("until", until.map(Timestamp.text)),
        ]
    }

    var isEmpty: Bool { words.allSatisfy { $0.value == nil } }

    var items: [URLQueryItem] { words.map { URLQueryItem(name: $0.name, value: $0.value) } }

    var members: [(String, JSON)] {
        words.compactMap { name, value in value.map { (name, .string($0)) } }
    }
}
