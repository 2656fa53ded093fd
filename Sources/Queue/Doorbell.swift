public import Logging
public import Notifications
public import Redis

/// Where an idle worker sleeps until there is work: a blocking pop on the wake lists of its routes.
///
/// A token carries no job, so a lost one costs at most the timeout. Not for two tasks at once: it is one connection.
public struct Doorbell: Sendable {
    private let connection: RedisBlockingConnection
    private let keys: QueueKeys
    private let routes: [Route]

    /// The shortest block: shorter ones have made workers spin.
    static let shortest: Duration = .milliseconds(50)
    /// The longest block: longer ones meet proxies that drop idle connections.
    static let longest: Duration = .seconds(10)

    public init(configuration: RedisConfiguration, namespace: String = "belfry", routes: [Route], logger: Logger) {
        connection = RedisBlockingConnection(configuration: configuration, logger: logger)
        keys = QueueKeys(namespace: namespace)
        self.routes = routes
    }

    /// Waits for a token, 50 ms at least and 10 s at most.
    /// - Returns: the route that rang; nil after the wait.
    public func wait(atMost wait: Duration) async throws(RedisError) -> Route? {
        let timeout = max(Doorbell.shortest, min(wait, Doorbell.longest))
        let seconds = Double(timeout.milliseconds) / 1000
        let command = RedisCommand(
            "BLPOP", arguments: routes.map { RedisArgument(keys.wake($0)) } + [RedisArgument("\(seconds)")])
        let reply = try await connection.block(command, timeout: timeout)
        return reply.array?.first?.string.flatMap { keys.route(ofWakeKey: $0, among: routes) }
    }

    public func shutdown() async {
        await connection.shutdown()
    }
}
