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
    /// The longest block, plus up to as much again as jitter, so that a fleet does not wake in step.
    static let longest: Duration = .seconds(5)

    public init(configuration: RedisConfiguration, namespace: String = "belfry", routes: [Route], logger: Logger) {
        connection = RedisBlockingConnection(configuration: configuration, logger: logger)
        keys = QueueKeys(namespace: namespace)
        self.routes = routes
    }

    /// Waits for a token, or until `due`.
    /// - Returns: the route that rang; nil after the wait.
    public func wait(until due: Duration?) async throws(RedisError) -> Route? {
        let jittered = Doorbell.longest * Double.random(in: 1...2)
        let timeout = max(Doorbell.shortest, min(due ?? jittered, jittered))
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
