public import Logging
import Notifications
public import Redis
public import ServiceLifecycle
import Synchronization
import Telemetry

/// Listens to the events of all tenants on one connection to Redis, and hands each to the subscribers of its tenant.
///
/// Memory is flat: every subscriber's buffer is bounded, and whoever reads too slowly is cut and told so.
public final class EventRelay: Service, Sendable {
    private struct State {
        static let historySize = 65_536

        var mailboxes: [String: [Int: EventMailbox]] = [:]
        var nextPlace = 0
        var history = EventHistory(capacity: historySize)
    }

    private let subscriber: RedisSubscriber
    private let bufferedEvents: Int
    public let metrics: RelayMetrics
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter bufferedEvents: events that wait for one subscriber.
    public init(
        subscriber: RedisSubscriber, bufferedEvents: Int = 1000, metrics: RelayMetrics = RelayMetrics(), logger: Logger
    ) {
        self.subscriber = subscriber
        self.metrics = metrics
        self.bufferedEvents = bufferedEvents
        self.logger = logger
    }

    public var subscriberCount: Int {
        state.withLock { state in state.mailboxes.values.reduce(0) { $0 + $1.count } }
    }

    /// What a client has seen whose last event was number `last`.
    public func resumePoint(after last: Int64) -> ResumePoint {
        state.withLock { $0.history.resumePoint(after: last) }
    }

    /// Events from now on. The subscription goes when its reader does.
    public func subscribe(tenant: String, filter: EventFilter = EventFilter()) -> EventSubscription {
        let (news, continuation) = AsyncStream.makeStream(
            of: EventNews.self, bufferingPolicy: .bufferingOldest(bufferedEvents))
        let mailbox = EventMailbox(
            filter: filter, continuation: continuation, overflows: metrics.resyncs[.slowReader])
        let place = state.withLock { state in
            state.nextPlace += 1
            state.mailboxes[tenant, default: [:]][state.nextPlace] = mailbox
            return state.nextPlace
        }
        metrics.subscribers.add(1)
        continuation.onTermination = { [weak self] _ in self?.remove(place, tenant: tenant) }
        return EventSubscription(news: news, mailbox: mailbox)
    }

    private func remove(_ place: Int, tenant: String) {
        metrics.subscribers.add(-1)
        state.withLock { state in
            state.mailboxes[tenant]?[place] = nil
            if state.mailboxes[tenant]?.isEmpty == true { state.mailboxes[tenant] = nil }
        }
    }

    /// Relays until shutdown, then ends all subscriptions.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await event in self.subscriber.messages(patterns: [StatusEvent.topicPrefix + "*"]) {
                self.relay(event)
            }
        }
        // Outside of the lock: ending a subscription removes it.
        for mailbox in everyone { mailbox.finish() }
    }

    private var everyone: [EventMailbox] {
        state.withLock { state in state.mailboxes.values.flatMap(\.values) }
    }

    private func relay(_ event: RedisSubscriberEvent) {
        switch event {
        // Whoever subscribed before this moment may have missed something, and from here on misses nothing.
        case .subscribed:
            // What was published meanwhile is missing from the order that was recorded.
            state.withLock { $0.history = EventHistory(capacity: State.historySize) }
            for mailbox in everyone {
                mailbox.put(.resync(.eventsLost))
                metrics.resyncs[.eventsLost].add()
            }
        case .disconnected: logger.warning("live events are lost until Redis is back")
        case .message(let channel, let payload):
            relay(payload, of: String(channel.dropFirst(StatusEvent.topicPrefix.count)))
        }
    }

    private func relay(_ payload: [UInt8], of tenant: String) {
        let mailboxes = state.withLock { state in
            if let number = StatusEvent.number(in: payload) { state.history.record(number) }
            return state.mailboxes[tenant].map { Array($0.values) } ?? []
        }
        guard !mailboxes.isEmpty, let json = try? JSON(parsing: payload),
            let event = StatusEvent(json: json, tenant: tenant)
        else { return }
        for mailbox in mailboxes { mailbox.put(.event(event)) }
    }
}

extension StatusEvent {
    /// The number of an event in the log, read without parsing the rest: it is the first member if there is one. Most
    /// events have no subscriber, and of those this is all that is wanted.
    static func number(in payload: [UInt8]) -> Int64? {
        let prefix = Array(#"{"id":"#.utf8)
        guard payload.starts(with: prefix) else { return nil }
        let digits = payload.dropFirst(prefix.count).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
}
