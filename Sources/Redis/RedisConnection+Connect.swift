import NIOCore
import NIOPosix

extension RedisConnection {
    /// Connects and shakes hands. Fails with a ``RedisError``; a socket that came half-way is closed.
    ///
    /// - Parameter idleTimeout: when set, a peer that is silent for so long is asked for a sign of life.
    static func connect(
        _ configuration: RedisConfiguration, idleTimeout: Duration?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<RedisConnection> {
        let deadline = NIODeadline.now() + TimeAmount(configuration.connectTimeout)
        return open(configuration, on: eventLoop)
            .flatMapThrowing { channel in
                let connection = RedisConnection(channel: channel, maximumPending: configuration.maximumPending)
                let pipeline = channel.pipeline.syncOperations
                if let tls = configuration.tls, case .tcp(let host, _) = configuration.endpoint {
                    try pipeline.addHandler(tls.handler(host: host))
                }
                try addHandlers(to: pipeline, for: connection, idleTimeout: idleTimeout)
                return connection
            }
            .flatMapErrorThrowing { error -> RedisConnection in throw connectError(error) }
            .flatMap { $0.shakeHands(configuration, deadline: deadline) }
    }

    private static func open(
        _ configuration: RedisConfiguration, on eventLoop: any EventLoop
    ) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
        switch configuration.endpoint {
        case .unix(let path):
            return bootstrap.connect(unixDomainSocketPath: path)
        case .tcp(let host, let port):
            return
                bootstrap
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .connect(host: host, port: port)
        }
    }

    private static func addHandlers(
        to pipeline: ChannelPipeline.SynchronousOperations, for connection: RedisConnection, idleTimeout: Duration?
    ) throws {
        if let idleTimeout {
            try pipeline.addHandler(IdleStateHandler(readTimeout: TimeAmount(idleTimeout)))
        }
        try pipeline.addHandler(RedisChannelHandler(connection))
    }

    private static func connectError(_ error: any Error) -> RedisError {
        if case ChannelError.connectTimeout = error { return .timedOut(sent: false) }
        return .unreachable(detail: String(describing: error))
    }

    /// The commands wait for TLS, if there is any, and their deadline covers both. `PING` comes last, so that "connected" means that somebody answers: a proxy without a backend, or a server that
    /// still loads its data, counts as one more failed attempt.
    private func shakeHands(
        _ configuration: RedisConfiguration, deadline: NIODeadline
    ) -> EventLoopFuture<RedisConnection> {
        let promise = channel.eventLoop.makePromise(of: RedisConnection.self)
        send(configuration.handshake, deadline: deadline) { result in
            let refusal = result.flatMap { replies in
                replies.lazy.compactMap(\.refusal).first.map { .failure($0) } ?? .success(())
            }
            switch refusal {
            case .success:
                promise.succeed(self)
            case .failure(let error):
                self.close()
                promise.fail(self.closeCause?.encryptionError ?? error)
            }
        }
        return promise.futureResult
    }
}

extension RedisConfiguration {
    var handshake: [RedisCommand] {
        var commands: [RedisCommand] = []
        if let password {
            let user = username.map { [RedisArgument($0)] } ?? []
            commands.append(RedisCommand("AUTH", arguments: user + [RedisArgument(password)]))
        }
        if database != 0 {
            commands.append(RedisCommand("SELECT", RedisArgument(database)))
        }
        return commands + [RedisCommand("PING")]
    }
}

extension RedisValue {
    /// The error of an error reply.
    var refusal: RedisError? {
        if case .error(let text) = self { RedisError(reply: text) } else { nil }
    }
}
