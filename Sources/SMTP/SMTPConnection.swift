import NIOCore
import NIOPosix
import NIOSSL

/// A connection that is greeted, encrypted and authenticated; it takes one message at a time.
final class SMTPConnection: Sendable {
    private let handler: NIOLoopBound<SMTPChannelHandler>
    private let eventLoop: any EventLoop
    private let usable: UsableFlag

    /// False once it is closed or about to be.
    var isUsable: Bool { usable.isSet }

    private init(handler: NIOLoopBound<SMTPChannelHandler>, eventLoop: any EventLoop, usable: UsableFlag) {
        (self.handler, self.eventLoop, self.usable) = (handler, eventLoop, usable)
    }

    /// Sends a message, until the deadline at most. A caller that is cancelled ends the connection with it.
    func send(_ envelope: SMTPEnvelope, _ content: SMTPContent, deadline: NIODeadline) async -> SMTPDispatch {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.execute { [handler] in
                    handler.value.send(envelope, content, deadline: deadline) { continuation.resume(returning: $0) }
                }
            }
        } onCancel: {
            eventLoop.execute { [handler] in handler.value.end(.cancelled) }
        }
    }

    /// Says goodbye, unless a message is under way.
    func quit() {
        usable.clear()
        eventLoop.execute { [handler] in handler.value.quit() }
    }

    /// Connects and shakes hands, until the deadline at most.
    static func open(_ configuration: SMTPConfiguration, tls: NIOSSLContext?, deadline: NIODeadline)
        async throws(SMTPError) -> SMTPConnection
    {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let ready = loop.makePromise(of: SMTPConnection.self)
        // The first of three things completes the promise, the others find it completed: the handshake's end, the
        // deadline, the cancellation of the caller. A connection that comes too late is closed.
        let timer = loop.scheduleTask(deadline: deadline) { ready.fail(SMTPError.timeout(.greeting)) }
        defer { timer.cancel() }
        let attempt = Attempt(configuration: configuration, tls: tls, deadline: deadline)
        let connecting = attempt.connect(on: loop)
        connecting.cascade(to: ready)
        do {
            return try await withTaskCancellationHandler {
                try await ready.futureResult.get()
            } onCancel: {
                ready.fail(SMTPError.cancelled)
            }
        } catch {
            connecting.whenSuccess { $0.quit() }
            throw SMTPError(connecting: error)
        }
    }

    /// One try to connect.
    private struct Attempt: Sendable {
        let configuration: SMTPConfiguration
        let tls: NIOSSLContext?
        let deadline: NIODeadline

        func connect(on loop: any EventLoop) -> EventLoopFuture<SMTPConnection> {
            let shaken = loop.makePromise(of: Void.self)
            let usable = UsableFlag()
            let limit = min(TimeAmount(configuration.timeouts.connect), deadline - .now())
            return ClientBootstrap(group: loop)
                .connectTimeout(max(limit, .milliseconds(1)))
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                // The server speaks first, and may do so before there is anybody in the pipeline to hear it.
                .channelOption(.autoRead, value: false)
                .connect(host: configuration.host, port: configuration.port)
                .flatMapThrowing { channel in
                    do {
                        return try prepare(channel, usable, shaken, on: loop)
                    } catch {
                        // The server hung up before it was listened to, or its name is none for TLS.
                        channel.close(promise: nil)
                        throw SMTPError(cause: error, phase: .greeting)
                    }
                }
                .flatMapErrorThrowing {
                    shaken.fail($0)
                    throw $0
                }
                .flatMap { connection in shaken.futureResult.map { connection } }
        }

        /// Puts into the pipeline what leads the conversation, then lets it hear.
        private func prepare(
            _ channel: any Channel, _ usable: UsableFlag, _ shaken: EventLoopPromise<Void>, on loop: any EventLoop
        ) throws -> SMTPConnection {
            let handler = SMTPChannelHandler(
                configuration, tls: tls, isUsable: usable, deadline: deadline, ready: shaken)
            let pipeline = channel.pipeline.syncOperations
            if configuration.security == .implicit, let tls {
                try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: configuration.serverName))
            }
            try pipeline.addHandler(handler)
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return SMTPConnection(handler: NIOLoopBound(handler, eventLoop: loop), eventLoop: loop, usable: usable)
        }
    }
}

extension SMTPConfiguration {
    /// The name that the certificate must be good for; nil for an address, which is then what it must be good for.
    var serverName: String? { (try? SocketAddress(ipAddress: host, port: port)) == nil ? host : nil }
}
