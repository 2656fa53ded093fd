import Foundation

/// One line of an actor's history: what it was about to do with a key, or what came of it.
struct HistoryEntry: Codable, Equatable, Sendable {
    enum Event: String, Codable, Sendable {
        /// It begins.
        case invoke
        /// It certainly happened.
        case ok
        /// It certainly did not.
        case fail
        /// Nobody can know: no answer, or one that leaves it open.
        case info
    }

    /// Unix time in µs.
    var at: Int64
    var actor: String
    var event: Event
    /// What it is about: a request's idempotency key, a fault, an event's number.
    var key: String
    /// Of an HTTP answer.
    var status: Int?
    /// Of the notifications that were accepted.
    var ids: [String]?
    /// What else there is to know, such as `replayed`, or how a webhook was answered.
    var note: String?

    init(
        _ actor: String, _ event: Event, _ key: String, at: Int64 = .now, status: Int? = nil, ids: [String]? = nil,
        note: String? = nil
    ) {
        self.at = at
        self.actor = actor
        self.event = event
        self.key = key
        self.status = status
        self.ids = ids
        self.note = note
    }
}

extension Int64 {
    /// Unix time in µs, as the simulator's journal has it.
    static var now: Int64 { Int64(Date.now.timeIntervalSince1970 * 1_000_000) }
}
