import Foundation
import Notifications

/// What a deep queue costs: memory, time to claim, and the wait of those who come after a million others.
struct DepthPart {
    static let shallow = 1000
    static let claims = 300
    /// Tenants with a job a second each, beside one with the backlog.
    static let smallTenants = 99

    let site: QueueSite
    let configuration: QueueBenchmark.Configuration

    func measure() async throws -> QueueFigures {
        var figures = QueueFigures()
        let floor = ScriptFloor(site: site)
        try await site.reset()
        try await site.fill(DepthPart.shallow, priority: .low)
        figures["claimMicros.\(DepthPart.shallow)"] = try await floor.claimMicros(rounds: DepthPart.claims)

        try await site.reset()
        let before = try await site.info("used_memory")
        try await fillUp()
        let used = try await site.info("used_memory") - before
        figures["bytesPerDelivery"] = used / Double(configuration.backlog)
        figures["claimMicros.1000000"] = try await floor.claimMicros(rounds: DepthPart.claims)
        figures.merge(try await waits()) { $1 }
        return figures
    }

    /// Probes beside a worker that works at the backlog as fast as it can.
    private func waits() async throws -> QueueFigures {
        var figures = QueueFigures()
        let prober = Prober(site: site)
        let seconds = configuration.duration.seconds
        let critical = try await site.withWorkers(1, journal: prober.journalPath) { _ in
            try await prober.probe(Int(40 * seconds), every: .milliseconds(25), priority: .critical)
        }
        try await fillUp()
        let behind = try await site.withWorkers(1, journal: prober.journalPath) { _ in
            try await smallTenants(prober)
        }
        let left = try await site.open
        try await site.reset()
        let alone = try await site.withWorkers(1, journal: prober.journalPath) { _ in try await smallTenants(prober) }
        // What was measured without a backlog says nothing about one.
        guard left > 0 else { return figures }
        if let critical = Percentiles(critical) {
            figures["criticalBehindMillionMs.p50"] = critical.p50
            figures["criticalBehindMillionMs.p99"] = critical.p99
        }
        if let behind = Percentiles(behind), let alone = Percentiles(alone) {
            figures["smallTenantMs.p99"] = behind.p99
            figures["smallTenantP99Ratio"] = behind.p99 / alone.p99
        }
        return figures
    }

    private func smallTenants(_ prober: Prober) async throws -> [Double] {
        try await prober.probe(
            Int(Double(DepthPart.smallTenants) * configuration.duration.seconds),
            every: .seconds(1) / DepthPart.smallTenants, priority: .low
        ) { "small\($0 % DepthPart.smallTenants)" }
    }

    private func fillUp() async throws {
        try await site.fill(max(0, configuration.backlog - site.open), tenant: "big", priority: .low)
    }
}
