import Documents
import Logging
import Postgres

/// Drops what is past keeping: old partitions, and idempotency keys after their day.
struct Pruner: Clerk {
    private let partitions: Partitions
    private let logger: Logger

    init(pool: PostgresPool, retention: Duration, logger: Logger) {
        partitions = Partitions(pool: pool, retention: retention)
        self.logger = logger
    }

    var name: String { "pruner" }
    var interval: Duration { .seconds(600) }

    func runOnce() async throws {
        while !Task.isCancelled, try await partitions.pruneIdempotencyKeys() > 0 {}
        for name in try await partitions.dropExpired() {
            logger.notice("dropped a partition", metadata: ["partition": "\(name)"])
        }
    }
}
