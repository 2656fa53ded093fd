public import Foundation
public import Notifications
import Postgres

/// An endpoint that is told of events, and how far it has come.
public struct EndpointFollower: Sendable, Hashable {
    public var id: UUID
    public var tenant: String
    var events: Set<String>
    var channels: Set<NotificationChannel>
    /// The number of the last event that was seen to.
    public var position: Int64
    /// Nil where nothing is told once more.
    public var replay: Replay?

    public struct Replay: Sendable, Hashable {
        public var after: Int64
        public var until: Int64
        public var since: Date
    }

    func wants(_ event: StatusEvent) -> Bool {
        guard event.tenant == tenant, events.isEmpty || events.contains(event.type) else { return false }
        return channels.isEmpty || event.channel.map(channels.contains) ?? false
    }

    /// The first `room` of a page's events that it wants, and the number that it has seen to with them.
    /// - Parameter end: the number up to which the page speaks.
    public func share(of page: [StatusEvent], to end: Int64, room: Int) -> (messages: [EndpointMessage], end: Int64?) {
        let wanted = page.filter(wants)
        let taken = wanted.prefix(max(0, room))
        let messages = taken.compactMap { event in event.id.map { EndpointMessage(event, number: $0, to: id) } }
        return (messages, taken.count == wanted.count ? end : taken.last?.id)
    }
}

extension EndpointFollower {
    static let columns = "id, tenant, events, channels, position, replay_after, replay_until, replay_since"

    /// Of a row with `columns`.
    init(_ row: PostgresRow) throws {
        id = try row.get(0)
        tenant = try row.get(1)
        events = Set(try row.get(2, as: [String].self))
        channels = Set(try row.get(3, as: [String].self).compactMap(NotificationChannel.init))
        position = try row.get(4)
        guard let after = try row.get(5, as: Int64?.self), let until = try row.get(6, as: Int64?.self),
            let since = try row.get(7, as: Date?.self)
        else { return }
        replay = Replay(after: after, until: until, since: since)
    }
}
