public import Foundation
public import Logging
public import Postgres
public import ServiceLifecycle
import Synchronization

/// Postgres' time, without asking Postgres each time: this machine's clock corrected by a measured offset.
///
/// Ids and `createdAt` come from it, so a worker whose clock is off makes no ids in the wrong partition.
public final class ServerClock: Service, Sendable {
    private let pool: PostgresPool
    private let logger: Logger
    private let offset = Mutex(TimeInterval(0))

    public init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    public var now: Date { Date().addingTimeInterval(offset.withLock { $0 }) }

    /// Measures the offset once, to within half a round trip.
    public func measure() async throws {
        let before = Date()
        let server: Date = try await pool.query("SELECT clock_timestamp()")[0].get(0)
        let after = Date()
        let middle = before.addingTimeInterval(after.timeIntervalSince(before) / 2)
        offset.withLock { $0 = server.timeIntervalSince(middle) }
    }

    /// Measures every minute until shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await self.measure() } catch {
                    self.logger.warning("could not read the time of Postgres", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(60))
            }
        }
    }
}
