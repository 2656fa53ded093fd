public import Logging
public import NIOCore
public import NIOPosix
import Synchronization

/// A connection of its own for commands that block on the server (`BLPOP`, `BRPOP`, `BZPOPMIN`, …), one at a time.
///
/// It connects on first use and again whenever the connection breaks.
public final class RedisBlockingConnection: Sendable {
    private let configuration: RedisConfiguration
    private let link: RedisLink
    private let isBusy = Mutex(false)

    public init(
        configuration: RedisConfiguration, logger: Logger,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) {
        self.configuration = configuration
        link = RedisLink(configuration, logger: logger, eventLoopGroup: eventLoopGroup)
    }

    /// Closes for good; a command that blocks fails. Can be called again.
    public func shutdown() async {
        try? await link.close()?.channel.closeFuture.get()
    }

    /// Runs one blocking command; null when the server's own timeout ran out.
    ///
    /// Cancelling the task drops the connection and throws `cancelled`. If the command was sent, the server may have
    /// taken the element in the same moment, so block only on what may be lost, such as a wake-up. A second command at
    /// the same time throws `busy`.
    ///
    /// - Parameter timeout: the timeout in the command itself, which the caller writes there as Redis wants it. A
    ///   server that has not answered one second later is taken for dead, and the connection dropped (`timedOut`).
    public func block(_ command: RedisCommand, timeout: Duration) async throws(RedisError) -> RedisValue {
        let wasBusy = isBusy.withLock { isBusy in
            defer { isBusy = true }
            return isBusy
        }
        guard !wasBusy else { throw .busy }
        defer { isBusy.withLock { $0 = false } }
        return try await run(command, timeout: timeout).get()
    }

    private func run(_ command: RedisCommand, timeout: Duration) async -> Result<RedisValue, RedisError> {
        await withTaskCancellationHandler {
            do throws(RedisError) {
                let reply = try await link.send(
                    CollectionOfOne(command), connectBy: NIODeadline(after: configuration.commandTimeout),
                    answerBy: NIODeadline(after: timeout + .seconds(1)))[0]
                if let refusal = reply.refusal { throw refusal }
                return .success(reply)
            } catch {
                return .failure(Task.isCancelled ? .cancelled(sent: !error.wasNeverSent) : error)
            }
        } onCancel: {
            link.drop()
        }
    }
}
