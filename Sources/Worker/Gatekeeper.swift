import Documents
import Logging
import Notifications
import Postgres
import Queue

/// Brings pauses to Redis that could not be told there when they were made.
struct Gatekeeper: Clerk {
    private let settings: RouteSettingsStore
    private let queue: DeliveryQueue
    private let logger: Logger

    init(pool: PostgresPool, queue: DeliveryQueue, logger: Logger) {
        settings = RouteSettingsStore(pool: pool)
        self.queue = queue
        self.logger = logger
    }

    var name: String { "gatekeeper" }
    var interval: Duration { .seconds(2) }

    func runOnce() async throws {
        let pauses = try await settings.pauses()
        if pauses.isEmpty { return }
        for route in try await queue.apply(pauses) {
            logger.notice(
                "a pause was brought to Redis",
                metadata: ["route": "\(route.rawValue)", "paused": "\(pauses[route]?.isPaused ?? false)"])
        }
    }
}
