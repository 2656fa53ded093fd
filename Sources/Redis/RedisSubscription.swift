import NIOCore

/// The events of a subscription. It outlives every connection, and ends only when its task is cancelled.
public struct RedisSubscription: AsyncSequence, Sendable {
    public typealias Element = RedisSubscriberEvent
    public typealias Failure = Never

    let channels: [String]
    let patterns: [String]
    let bufferedMessages: Int
    let makeLink: @Sendable () -> RedisLink

    public func makeAsyncIterator() -> Iterator {
        Iterator(subscription: self, link: makeLink())
    }

    /// Connects, and connects again, while it is asked for events; its connection goes with it.
    public struct Iterator: AsyncIteratorProtocol {
        let subscription: RedisSubscription
        let link: RedisLink
        /// Of the present connection.
        var events: AsyncStream<RedisSubscriberEvent>.Iterator?

        public mutating func next() async -> RedisSubscriberEvent? {
            while !Task.isCancelled {
                if let event = await events?.next() { return event }
                if events == nil {
                    events = await subscription.subscribe(on: link)
                } else {
                    events = nil
                    if !Task.isCancelled { return .disconnected }
                }
            }
            return nil
        }
    }

    /// Nil when the task was cancelled, or the connection broke at once.
    private func subscribe(on link: RedisLink) async -> AsyncStream<RedisSubscriberEvent>.Iterator? {
        guard let connection = try? await link.connection(until: .distantFuture) else { return nil }
        let inbox = SubscriptionInbox(confirmations: channels.count + patterns.count, capacity: bufferedMessages)
        guard connection.subscribe(commands, inbox: inbox) else {
            link.lost(connection)
            return nil
        }
        return inbox.events.makeAsyncIterator()
    }

    private var commands: [RedisCommand] {
        [("SUBSCRIBE", channels), ("PSUBSCRIBE", patterns)]
            .filter { !$0.1.isEmpty }
            .map { name, names in RedisCommand(name, arguments: names.map { RedisArgument($0) }) }
    }
}
