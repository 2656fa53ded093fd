import Foundation
import Notifications
import Telemetry
import TestSupport
import Testing

@testable import Worker

/// What a worker has counted when it is done.
@Suite struct WorkerMetricsTests {
    private let failure = DeliveryFailure(code: "busy", detail: "Later.")

    @Test func everyCallIsCountedByItsOutcomeAndEveryDeliveryByItsEnd() async throws {
        let pipeline = try await Pipeline.make()
        let registry = MetricsRegistry()
        let answers: [DeliveryOutcome] = [.unknown(failure), .retry(after: nil, failure)]
        let provider = ScriptedProvider(["email": answers])
        try await pipeline.withWorker([.email: [provider], .sms: [ScriptedProvider()]], metrics: registry) {
            for _ in 1...2 {
                let id = try await pipeline.accept(
                    ["to": ["email": "a@example.com"], "channels": ["email"], "title": "Hi", "priority": "low"],
                    to: .email("a@example.com"))
                try await eventually("failed") { try await pipeline.state(id, .email)?.status == .failed }
            }
            try await expect(
                registry,
                [
                    #"belfry_attempts_total{route="email",provider="scripted",outcome="unknown"} 1"#,
                    #"belfry_attempts_total{route="email",provider="scripted",outcome="retry"} 5"#,
                    #"belfry_attempts_total{route="email",provider="scripted",outcome="accepted"} 0"#,
                    #"belfry_attempt_duration_seconds_count{provider="scripted"} 6"#,
                    #"belfry_first_attempt_delay_seconds_count{priority="low"} 2"#,
                    #"belfry_first_attempt_delay_seconds_count{priority="high"} 0"#,
                    #"belfry_deliveries_total{route="email",status="failed"} 2"#,
                    #"belfry_deliveries_total{route="sms",status="sent"} 0"#,
                    #"belfry_dead_letters_total{route="email"} 2"#, #"belfry_permits_total{answer="granted"} 6"#,
                    #"belfry_rebuilds_total{route="email"} 1"#, "belfry_deliveries_under_way 0",
                    "belfry_results_waiting 0",
                ])
        }
        await pipeline.close()
    }

    private func expect(_ registry: MetricsRegistry, _ lines: [String]) async throws {
        for line in lines {
            try await eventually("there is \(line)") {
                await registry.text().split(separator: "\n").contains(Substring(line))
            }
        }
    }
}
