import Documents
import Foundation
import Logging
import Notifications
import Postgres

/// Drops what is past keeping: old partitions and broadcasts, idempotency keys after their day, and what deleted topics
/// leave behind.
struct Pruner: Clerk {
    private let partitions: Partitions
    private let topics: TopicStore
    private let broadcasts: BroadcastStore
    private let retention: Duration
    private let clock: @Sendable () -> Date
    private let logger: Logger

    init(pool: PostgresPool, retention: Duration, clock: @escaping @Sendable () -> Date, logger: Logger) {
        partitions = Partitions(pool: pool, retention: retention)
        topics = TopicStore(pool: pool)
        broadcasts = BroadcastStore(pool: pool)
        self.retention = retention
        self.clock = clock
        self.logger = logger
    }

    var name: String { "pruner" }
    var interval: Duration { .seconds(600) }

    func runOnce() async throws {
        while !Task.isCancelled, try await partitions.pruneIdempotencyKeys() > 0 {}
        while !Task.isCancelled, try await topics.pruneDeleted() > 0 {}
        let end = clock().addingTimeInterval(-retention.timeInterval)
        while !Task.isCancelled, try await broadcasts.prune(before: end) > 0 {}
        for name in try await partitions.dropExpired() {
            logger.notice("dropped a partition", metadata: ["partition": "\(name)"])
        }
    }
}
