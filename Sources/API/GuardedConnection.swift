import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Telemetry

/// An HTTP/1.1 connection of the server's own making with our guard and our doorkeeper between its parser
/// and the rest.
struct GuardedConnection: ServerChildChannel {
    private let connection: HTTP1Channel
    private let limits: ConnectionClock.Limits
    private let maximumBodyBytes: Int
    private let makeDoorkeeper: @Sendable () -> Doorkeeper?

    /// - Parameters:
    ///   - open: counts the connections.
    ///   - makeDoorkeeper: of each connection; a server that is never overloaded has none.
    init(
        _ configuration: APIConfiguration, open: Gauge, makeDoorkeeper: @escaping @Sendable () -> Doorkeeper? = { nil },
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.makeDoorkeeper = makeDoorkeeper
        // The parser gives up at twice our limits, without a word of explanation; up to there we can explain.
        connection = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [
                    ConnectionCounter(open), SlowReaderHandler(timeout: configuration.stallTimeout),
                ],
                httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                    maxHeaderFieldSize: 2 * configuration.maximumHeaderBytes,
                    maxHeaderListSize: 2 * configuration.maximumHeaderBytes,
                    maxHeaderFieldCount: 2 * configuration.maximumHeaderCount)))
        limits = ConnectionClock.Limits(
            head: TimeAmount(configuration.headDeadline), body: TimeAmount(configuration.bodyDeadline),
            idle: TimeAmount(configuration.idleTimeout), drain: TimeAmount(configuration.drainTime))
        maximumBodyBytes = configuration.maximumBodyBytes
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        connection.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let connectionGuard = ConnectionGuard(
                limits: limits, maximumBodyBytes: maximumBodyBytes, at: channel.eventLoop.now)
            try pipeline.addHandler(connectionGuard, position: .after(parser))
            if let doorkeeper = makeDoorkeeper() {
                try pipeline.addHandler(doorkeeper, position: .after(connectionGuard))
            }
            // A connection that comes while the server stops is taken but never handed on. Were it let go before it is
            // closed, its unused writer would end the process, and all requests under way with it.
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(value) {} }
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await connection.handle(value: value, logger: logger)
    }
}
