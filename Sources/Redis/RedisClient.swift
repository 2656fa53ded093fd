public import Logging
public import NIOCore
public import NIOPosix
public import ServiceLifecycle

/// Redis over one connection that all tasks share; their commands are pipelined.
///
/// It connects on first use and again whenever the connection breaks, so a command line tool needs no `run()`. For
/// blocking commands use ``RedisBlockingConnection``, for pub/sub ``RedisSubscriber``, and neither here: they would
/// hold up everybody else.
///
/// Nothing is sent twice and nothing is queued without limit. A cancelled task sends nothing any more (`cancelled`),
/// but a command that is on its way is waited for, at most until its deadline.
public final class RedisClient: Service {
    private let configuration: RedisConfiguration
    private let link: RedisLink

    public init(
        configuration: RedisConfiguration, logger: Logger,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        link = RedisLink(configuration, logger: logger, eventLoopGroup: eventLoopGroup)
    }

    public var statistics: RedisStatistics { link.statistics }

    /// Connects early, and closes at graceful shutdown or cancellation.
    public func run() async throws {
        link.start()
        // It throws when the task is cancelled, which means the same here.
        try? await gracefulShutdown()
        await shutdown()
    }

    /// Closes for good; what is in flight fails. Can be called again.
    public func shutdown() async {
        try? await link.close()?.channel.closeFuture.get()
    }

    /// Runs one command. An error reply is thrown as ``RedisError/reply(prefix:message:)``.
    ///
    /// - Parameter deadline: from now, for the wait for a connection and the reply together; nil is `commandTimeout`.
    public func execute(
        _ command: RedisCommand, deadline: Duration? = nil
    ) async throws(RedisError) -> RedisValue {
        try await only(send(CollectionOfOne(command), by: end(deadline)))
    }

    /// Runs one script by its digest; if the server does not know it, once more by its source.
    public func evaluate(
        _ script: RedisScript, keys: [String] = [], arguments: [RedisArgument] = [], deadline: Duration? = nil
    ) async throws(RedisError) -> RedisValue {
        try await only(pipeline([.script(script(keys: keys, arguments: arguments))], deadline: deadline))
    }

    /// Sends the requests together and returns their replies in the same order, error replies in place.
    ///
    /// Other tasks' commands never come between them, but they are not a transaction. Scripts that the server does not
    /// know are run again, after the rest of the pipeline; the others are not. More than `maximumPending` requests are
    /// refused as `overloaded`.
    ///
    /// - Parameter connectingWithin: where there is no connection, so long is waited for one; nil is until the deadline. Not
    ///   to be had by a deadline: what passes that takes the connection away from everybody.
    public func pipeline(
        _ requests: [RedisRequest], connectingWithin: Duration? = nil, deadline: Duration? = nil
    ) async throws(RedisError) -> [RedisValue] {
        guard !requests.isEmpty else { return [] }
        let end = end(deadline)
        let connected = connectingWithin.map { min(end, NIODeadline(after: $0)) }
        var replies = try await send(requests.map(\.command), by: end, connectBy: connected)
        let unknown = requests.indices.compactMap { index in
            requests[index].unknownScript(in: replies[index]).map { (index: index, call: $0) }
        }
        guard !unknown.isEmpty else { return replies }
        do throws(RedisError) {
            let again = try await send(unknown.map(\.call).loadingEachScript(), by: end)
            for (request, reply) in zip(unknown, again) { replies[request.index] = reply }
            return replies
        } catch {
            throw unknown.count == requests.count ? error : error.ofPartlySentPipeline
        }
    }
}

extension RedisClient {
    private func end(_ deadline: Duration?) -> NIODeadline {
        NIODeadline(after: deadline ?? configuration.commandTimeout)
    }

    private func send(
        _ commands: some Collection<RedisCommand> & Sendable, by end: NIODeadline, connectBy: NIODeadline? = nil
    ) async throws(RedisError) -> [RedisValue] {
        try await link.send(commands, connectBy: connectBy ?? end, answerBy: end)
    }

    private func only(_ replies: [RedisValue]) throws(RedisError) -> RedisValue {
        if let refusal = replies[0].refusal { throw refusal }
        return replies[0]
    }
}

extension [RedisScriptCall] {
    /// The first call of each script carries its source; by the next one the server knows it.
    func loadingEachScript() -> [RedisCommand] {
        var loaded: Set<String> = []
        return map { loaded.insert($0.script.sha1).inserted ? $0.bySource : $0.byDigest }
    }
}
