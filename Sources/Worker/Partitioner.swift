import Documents
import Postgres

/// Keeps partitions a week ahead of time.
struct Partitioner: Clerk {
    private let partitions: Partitions

    init(pool: PostgresPool, retention: Duration) {
        partitions = Partitions(pool: pool, retention: retention)
    }

    var name: String { "partitioner" }
    var interval: Duration { .seconds(3600) }

    func runOnce() async throws { try await partitions.makeAhead() }
}
