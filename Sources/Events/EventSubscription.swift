public import Notifications
import Synchronization
import Telemetry

/// Why a subscriber has to read again what it knows.
public enum ResyncReason: String, Sendable, Hashable, CaseIterable {
    /// It read too slowly; the subscription ends.
    case slowReader
    /// The connection to Redis broke and is back; what was published meanwhile is lost.
    case eventsLost
    /// What it missed is more than is replayed.
    case tooFarBehind
}

/// What a subscriber is told.
public enum EventNews: Sendable, Hashable {
    case event(StatusEvent)
    case resync(ResyncReason)
    /// Nothing happened; see ``EventSubscription/beat()``.
    case heartbeat
}

/// The events of one subscriber, for one reader. What it has not read yet waits in a bounded buffer; when that is full,
/// the reader gets what waits, then `resync(.slowReader)`, then the end.
public struct EventSubscription: AsyncSequence, Sendable {
    public typealias Element = EventNews
    public typealias Failure = Never

    let news: AsyncStream<EventNews>
    let mailbox: EventMailbox

    /// Puts a heartbeat behind the news that wait, for a reader who wants to be woken now and then.
    public func beat() {
        mailbox.put(.heartbeat)
    }

    /// Ends the subscription; what waits can still be read.
    public func finish() {
        mailbox.finish()
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(news: news.makeAsyncIterator(), mailbox: mailbox)
    }

    public struct Iterator: AsyncIteratorProtocol {
        var news: AsyncStream<EventNews>.Iterator
        let mailbox: EventMailbox

        public mutating func next() async -> EventNews? {
            if let next = await news.next() { return next }
            return mailbox.takeOverflow() ? .resync(.slowReader) : nil
        }
    }
}

/// The writing end of a subscription.
final class EventMailbox: Sendable {
    let filter: EventFilter
    private let continuation: AsyncStream<EventNews>.Continuation
    private let overflows: Counter
    private let hasOverflowed = Mutex(false)

    init(filter: EventFilter, continuation: AsyncStream<EventNews>.Continuation, overflows: Counter) {
        self.filter = filter
        self.continuation = continuation
        self.overflows = overflows
    }

    func put(_ news: EventNews) {
        if case .event(let event) = news, !filter.admits(event) { return }
        if case .dropped = continuation.yield(news) {
            hasOverflowed.withLock { $0 = true }
            overflows.add()
            continuation.finish()
        }
    }

    func finish() {
        continuation.finish()
    }

    /// Whether news were dropped and nobody was told so far.
    func takeOverflow() -> Bool {
        hasOverflowed.withLock { hasOverflowed in
            defer { hasOverflowed = false }
            return hasOverflowed
        }
    }
}
