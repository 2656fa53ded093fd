import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

/// A route with two providers, of which the first fails half of its calls for a while.
@Suite(.timeLimit(.minutes(3))) struct FailoverTests {
    private static let batch = 50

    @Test func backupCarriesOnAndTheFirstReturnsByAProbe() async throws {
        let backup = "/tmp/belfry-backup-\(getpid())-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: backup) }
        let belfry = try await Installation.start(
            simulator: "latency=2ms,retry=0.5",
            settings: [
                "BELFRY_PROVIDERS": "email=simulator,simulator-backup", "BELFRY_CIRCUIT_COOLDOWN": "500ms",
                "BELFRY_CIRCUIT_VOLUME": "10",
                "BELFRY_SIMULATOR_BACKUP": "latency=2ms,journal=\(backup)", "BELFRY_MAX_ATTEMPTS": "20",
            ])
        let url = try await belfry.startAPI().url
        let client = Client(url: url, key: try await belfry.makeKey())
        var count = 0
        func send() async throws {
            let to = (0..<Self.batch).map { ["email": .string("u\(count + $0)@example.com")] as JSON }
            count += Self.batch
            let body: JSON = ["to": .array(to), "channels": ["email"], "title": "Hello"]
            #expect(try await client.send("POST", "/v1/notifications", body).status == 202)
        }
        func first() async throws -> JSON? {
            try await client.send("GET", "/v1/providers").body["items"]?.array?.first
        }
        func spare() -> Int { Installation.accepts(in: backup).count }

        let worker = try await belfry.startWorker()
        try await eventually(within: .seconds(60), "the circuit opens, and the backup carries on") {
            try await send()
            return spare() >= 200
        }
        try await eventually(within: .seconds(60), "all is sent") {
            try await belfry.openDeliveries() == 0
        }
        let whileFailing = (first: try belfry.accepts().count, second: spare(), all: count)
        await worker.stop(grace: .seconds(10))

        // The provider is mended.
        _ = try await belfry.startWorker(settings: ["BELFRY_SIMULATOR": "latency=2ms,journal=\(belfry.folder)/journal"])
        try await eventually(within: .seconds(90), "a probe closes the circuit, and it carries on") {
            try await send()
            let isClosed = try await first()?["circuit"]?.string == "closed"
            return try isClosed && belfry.accepts().count >= whileFailing.first + 200
        }
        try await eventually(within: .seconds(60), "all is sent") { try await belfry.openDeliveries() == 0 }

        let accepts = try belfry.accepts() + Installation.accepts(in: backup)
        #expect(accepts.count == count, "each once")
        #expect(Set(accepts.map(\.notificationId)).count == count, "none is lost")
        let dead: Int64 = try await belfry.pool.query("SELECT count(*) FROM dead_letters")[0].get(0)
        #expect(dead == 0)
        let spent: Int64 = try await belfry.pool.query(
            "SELECT count(*) FROM delivery_events WHERE event->>'outcome' = 'retry'")[0].get(0)
        // Without a circuit each delivery would fail once on average.
        #expect(spent > 0 && Int(spent) < whileFailing.all * 3 / 4, "an open circuit spends no attempt")
        let mended = (all: accepts.count - whileFailing.all, first: try belfry.accepts().count - whileFailing.first)
        print("failing: \(whileFailing), \(spent) attempts failed; mended: \(mended)")
        await belfry.stop()
    }
}

extension Installation {
    fileprivate func openDeliveries() async throws -> Int64 {
        try await pool.query("SELECT count(*) FROM deliveries")[0].get(0)
    }
}
