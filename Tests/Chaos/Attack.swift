import Foundation
import LocalServers
import Logging
import Redis

/// What is done to a fleet in one run, and the tools to do it with. Everything random comes from the run's seed.
struct Attack {
    let fleet: Fleet
    let faults: HistoryLog
    let end: ContinuousClock.Instant
    let callers: Callers
    let subscriber: Subscriber
    let decisions: WebhookDecisions
    var random: SplitMix64

    /// Until the load ends.
    var isGoingOn: Bool { ContinuousClock.now < end && !Task.isCancelled }

    mutating func run(_ run: ChaosRun) async throws {
        try await pause(0.5...1)
        switch run {
        case .kill: try await kill()
        case .redis: try await breakRedis()
        case .postgres: try await breakPostgres()
        case .pause: try await pauseWorkers()
        case .provider: try await troubleProvider()
        case .poison: try await poison()
        case .events: try await cutSubscriber()
        case .deploy: try await deploy()
        case .cap: try await breakCap()
        }
    }

    /// Lets some time pass, in seconds; the less of it in a step, the sooner a run that is over ends.
    mutating func pause(_ seconds: ClosedRange<Double>) async throws {
        try await Task.sleep(for: .seconds(Double.random(in: seconds, using: &random)))
    }

    /// Lets a fault last. Its length is the fault: there is no event that would end it sooner.
    func hold(_ duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }

    /// Does something and notes it: that it begins, and that it happened or failed.
    func inflict(_ fault: Fault, _ body: () async throws -> Void) async {
        faults.note(HistoryEntry("chaos", .invoke, fault.rawValue))
        do {
            try await body()
            faults.note(HistoryEntry("chaos", .ok, fault.rawValue))
        } catch {
            faults.note(HistoryEntry("chaos", .fail, fault.rawValue, note: "\(error)"))
        }
    }

    /// Runs commands on the Redis that serves, past the proxies.
    func redis<Value>(
        _ server: LocalRedis? = nil, _ body: (RedisClient) async throws -> Value
    ) async throws -> Value {
        let url: String
        if let server { url = server.url } else { url = await fleet.redis.url }
        let client = RedisClient(configuration: try RedisConfiguration(url: url), logger: .silent)
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
