import Documents
public import Foundation
public import Logging
public import Notifications
public import Postgres
public import Queue
public import ServiceLifecycle

/// Runs the clerks in whichever process holds the advisory lock; the others stand by.
public final class Clerks: Service, Sendable {
    private static let standby: Duration = .seconds(2)

    private let clerks: [any Clerk]
    private let postgres: PostgresConfiguration
    private let logger: Logger

    /// - Parameters:
    ///   - postgres: where to hold the lock, on a connection of its own.
    ///   - providers: all that have to be asked for their receipts.
    ///   - broadcasting: without it nothing is sent to topics from here.
    ///   - indexesTexts: whether notifications can be searched for.
    ///   - clock: the time of Postgres.
    ///   - retention: how long events and finished notifications are kept.
    public init(
        pool: PostgresPool, postgres: PostgresConfiguration, queue: DeliveryQueue, timing: DeliveryTiming,
        retention: Duration, providers: [any Provider] = [], broadcasting: Broadcasting? = nil,
        indexesTexts: Bool = true,
        clock: @escaping @Sendable () -> Date,
        metrics: ClerkMetrics = ClerkMetrics(),
        logger: Logger
    ) {
        self.postgres = postgres
        self.logger = logger
        var clerks: [any Clerk] = [
            Sweeper(
                pool: pool, queue: queue, timing: timing, scope: .recent, clock: clock, metrics: metrics, logger: logger
            ),
            Sweeper(
                pool: pool, queue: queue, timing: timing, scope: .all, clock: clock, metrics: metrics, logger: logger),
            Gatekeeper(pool: pool, queue: queue, logger: logger),
            ReceiptCollector(
                pool: pool, queue: queue, providers: providers, clock: clock, metrics: metrics, logger: logger),
            Eraser(pool: pool, queue: queue, logger: logger),
            Herald(pool: pool, queue: queue, clock: clock, metrics: metrics, logger: logger),
            Partitioner(pool: pool, retention: retention),
            Pruner(pool: pool, retention: retention, clock: clock, logger: logger),
            Statistician(pool: pool, clock: clock),
        ]
        if let broadcasting {
            clerks.append(
                Broadcaster(
                    store: BroadcastStore(pool: pool), canceller: Canceller(pool: pool), queue: queue,
                    planner: broadcasting.planner, clock: clock, metrics: metrics, logger: logger,
                    onCommit: broadcasting.onCommit))
        }
        if indexesTexts { clerks.append(TextIndexer(pool: pool, clock: clock)) }
        self.clerks = clerks
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await self.serveOnce() } catch {
                    self.logger.warning("the clerks could not work", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Clerks.standby)
            }
        }
    }

    /// Runs all clerks for as long as the lock is ours.
    private func serveOnce() async throws {
        guard let lock = try await PostgresLock.tryAcquire(key: AdvisoryLock.clerks, configuration: postgres) else {
            return
        }
        logger.info("running the clerks")
        await withTaskGroup(of: Void.self) { group in
            for clerk in clerks { group.addTask { await self.serve(clerk) } }
            while await lock.isHeld(), !Task.isCancelled { try? await Task.sleep(for: .seconds(1)) }
            group.cancelAll()
        }
        await lock.release()
    }

    private func serve(_ clerk: any Clerk) async {
        while !Task.isCancelled {
            do { try await clerk.runOnce() } catch {
                if Task.isCancelled { return }
                logger.warning("a clerk's round failed", metadata: ["clerk": "\(clerk.name)", "error": "\(error)"])
            }
            try? await Task.sleep(for: clerk.interval)
        }
    }
}
