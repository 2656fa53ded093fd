public import Logging
public import NIOCore
public import NIOPosix

/// What a subscription has to tell.
public enum RedisSubscriberEvent: Sendable, Equatable {
    /// Redis has confirmed every channel and pattern: from here on no message is missed.
    case subscribed
    case message(channel: String, payload: [UInt8])
    /// Messages may be missed until the next `subscribed`. It can come several times in a row.
    case disconnected
}

/// Listens to channels, each subscription on a connection of its own.
public struct RedisSubscriber: Sendable {
    public let configuration: RedisConfiguration
    /// Messages that wait for a slow reader. One more and the connection is dropped, so that the reader gets those that
    /// wait, then `disconnected`, then `subscribed`.
    public var bufferedMessages = 10_000
    /// A server that is silent for so long is asked for a sign of life; after as long again it is taken for dead.
    public var idleTimeout: Duration = .seconds(10)
    private let logger: Logger
    private let eventLoopGroup: any EventLoopGroup

    public init(
        configuration: RedisConfiguration, logger: Logger,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        self.logger = logger
        self.eventLoopGroup = eventLoopGroup
    }

    /// The messages of these channels and of all channels that match the glob-style patterns; at least one of either.
    ///
    /// A message that matches twice comes twice. Each iteration subscribes anew.
    public func messages(channels: [String] = [], patterns: [String] = []) -> RedisSubscription {
        precondition(!channels.isEmpty || !patterns.isEmpty, "a subscription needs a channel or a pattern")
        return RedisSubscription(
            channels: channels, patterns: patterns, bufferedMessages: bufferedMessages
        ) {
            RedisLink(configuration, idleTimeout: idleTimeout, logger: logger, eventLoopGroup: eventLoopGroup)
        }
    }
}
