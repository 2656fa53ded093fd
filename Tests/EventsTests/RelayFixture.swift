import Events
import Foundation
import LocalServers
import Logging
import Notifications
import Redis
import ServiceLifecycle
import TestSupport

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A relay at work, with a client that publishes.
struct RelayFixture: Sendable {
    let relay: EventRelay
    let client: RedisClient
    /// No other test has it: all share the topics of one Redis.
    let tenant = "tenant-\(UUID().uuidString)"

    func publish(_ events: StatusEvent...) async throws {
        for event in events { try await publish(event.json.text) }
    }

    func publish(_ payload: String) async throws {
        _ = try await client.execute(
            RedisCommand("PUBLISH", RedisArgument(StatusEvent.topic(tenant: tenant)), RedisArgument(payload)))
    }

    func event(_ id: Int64? = nil, userId: String = "u42", status: String = "sent") -> StatusEvent {
        .sample(id, tenant: tenant, userId: userId, status: status)
    }
}

/// Runs a test beside a relay that listens already. At the end the relay is shut down gracefully.
func withRelay(
    url: String? = nil, bufferedEvents: Int = 1000, _ body: (RelayFixture) async throws -> Void
) async throws {
    let sharedURL = try await TestServers.shared.redis().url
    let configuration = try RedisConfiguration(url: url ?? sharedURL)
    let relay = EventRelay(
        subscriber: RedisSubscriber(configuration: configuration, logger: quiet), bufferedEvents: bufferedEvents,
        logger: quiet)
    let client = RedisClient(configuration: configuration, logger: quiet)
    let services = ServiceGroup(configuration: ServiceGroupConfiguration(services: [client, relay], logger: quiet))
    // Whoever subscribes before Redis has confirmed is told to resync at that moment.
    let start = relay.subscribe(tenant: "start")
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        _ = await start.first { _ in true }
        start.finish()
        try await body(RelayFixture(relay: relay, client: client))
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
    }
}
