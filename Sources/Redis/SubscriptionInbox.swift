import Synchronization

/// Turns the pushes of one connection into events, and keeps them for the reader, up to a limit.
final class SubscriptionInbox: Sendable {
    let events: AsyncStream<RedisSubscriberEvent>
    private let continuation: AsyncStream<RedisSubscriberEvent>.Continuation
    /// Channels and patterns that Redis has not confirmed yet.
    private let unconfirmed: Mutex<Int>

    init(confirmations: Int, capacity: Int) {
        unconfirmed = Mutex(confirmations)
        (events, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
    }

    /// False when the connection must be closed: the reader is too slow or gone, or this is not a push.
    func receive(_ push: RedisValue) -> Bool {
        guard let parts = push.array, let kind = parts.first?.string else { return false }
        switch (kind, parts.count) {
        case ("pong", _): return true
        case ("subscribe", 3), ("psubscribe", 3): return confirm()
        case ("message", 3): return yield(channel: parts[1], payload: parts[2])
        case ("pmessage", 4): return yield(channel: parts[2], payload: parts[3])
        default: return false
        }
    }

    /// What is kept can still be read.
    func finish() {
        continuation.finish()
    }

    private func confirm() -> Bool {
        let isLast = unconfirmed.withLock { count in
            count -= 1
            return count == 0
        }
        return isLast ? yield(.subscribed) : true
    }

    private func yield(channel: RedisValue, payload: RedisValue) -> Bool {
        guard let channel = channel.string, case .bytes(let payload) = payload else { return false }
        return yield(.message(channel: channel, payload: payload))
    }

    private func yield(_ event: RedisSubscriberEvent) -> Bool {
        if case .enqueued = continuation.yield(event) { true } else { false }
    }
}
