import Notifications
import Redis

/// What a worker costs that has nothing to do, and how soon it is at work.
struct IdlePart {
    static let probes = 200

    let site: QueueSite
    let configuration: QueueBenchmark.Configuration

    func measure() async throws -> QueueFigures {
        try await site.reset()
        var figures = QueueFigures()
        let prober = Prober(site: site)
        try await site.withWorkers(1, routes: Route.allCases, journal: prober.journalPath) { _ in
            figures["idleCommandsPerSecond"] = try await idleCommandsPerSecond()
            let waits = try await prober.probe(
                IdlePart.probes, every: configuration.duration * 2 / IdlePart.probes)
            if let percentiles = Percentiles(waits) { figures.merge(percentiles.figures("pickupMs")) { $1 } }
        }
        return figures
    }

    private func idleCommandsPerSecond() async throws -> Double {
        try await Task.sleep(for: .milliseconds(500))
        let before = try await commands()
        try await Task.sleep(for: configuration.idleDuration)
        // One of them is our own question.
        return Double(try await commands() - before - 1) / configuration.idleDuration.seconds
    }

    private func commands() async throws -> Int {
        RedisCalls(info: try await site.redis.execute(RedisCommand("INFO", "commandstats")).string ?? "").sent
    }
}
