public import Foundation
public import Logging
import Notifications
public import Postgres
public import ServiceLifecycle
import Synchronization

/// Postgres' time, without asking Postgres each time: what it was when it was asked, and how long ago that is. Once asked,
/// this machine's idea of the time of day has no part in it, however it is set.
///
/// Ids and `createdAt` come from it, so a worker whose clock is off makes no ids in the wrong partition.
public final class ServerClock: Service, Sendable {
    private let pool: PostgresPool
    private let logger: Logger
    private let known = Mutex<(time: Date, at: ContinuousClock.Instant)?>(nil)

    public init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Until Postgres was asked, this machine's time.
    public var now: Date {
        guard let (time, instant) = known.withLock({ $0 }) else { return Date() }
        return time.addingTimeInterval((ContinuousClock.now - instant).timeInterval)
    }

    /// Asks once; right to within half a round trip.
    public func measure() async throws {
        let before = ContinuousClock.now
        let server: Date = try await pool.query("SELECT clock_timestamp()")[0].get(0)
        let middle = before + (.now - before) / 2
        known.withLock { $0 = (server, middle) }
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
