import Foundation
import LocalServers
import Notifications
import Telemetry
import TestSupport
import Testing

@testable import belfry

/// `/metrics` of the real processes.
@Suite(.timeLimit(.minutes(2))) struct MetricsTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func everyProcessShowsMetricsThatPromtoolFindsNothingWrongWith() async throws {
        let belfry = try await Installation.start()
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        _ = try await belfry.startScheduler()
        for _ in 1...3 {
            let id = try await client.post([
                "to": ["email": "a@example.com"], "channels": ["email"], "priority": "high", "title": "Hello",
            ])
            try await eventually("it is sent") { try await client.status(id, "email") == "sent" }
        }
        let (api, worker) = (client.url, try await belfry.operationsURL(of: "worker"))
        for url in [api, worker, try await belfry.operationsURL(of: "scheduler")] {
            #expect(try await Client.text(at: "\(url)/health/ready") == #"{"status":"ready"}"#)
            let metrics = try await Client.text(at: "\(url)/metrics")
            #expect(metrics.contains("belfry_build_info{version=\"\(BuildInfo.version)\"} 1"))
            #expect(try await promtool(metrics) == "", "\(metrics)")
        }
        try await expect(
            at: api,
            [
                #"belfry_notifications_accepted_total{priority="high"} 3"#, "belfry_accept_duration_seconds_count 3",
                #"belfry_requests_total{method="POST",path="/v1/notifications",status="2xx"} 3"#,
                #"belfry_queue_ready_jobs{route="email",priority="high"} 0"#, "belfry_commit_waiting 0",
                #"belfry_queue_out_per_second{route="email",priority="high"} "#,
                #"belfry_queue_drain_seconds{route="email",priority="high"} 0"#,
                #"belfry_queue_in_flight_jobs{route="email",priority="high"} 0"#,
                #"belfry_queue_bound{route="email",reason="workers"} 0"#,
                #"belfry_route_paused{route="email"} 0"#, "belfry_connections ",
            ])
        try await expect(
            at: worker,
            [
                #"belfry_attempts_total{route="email",provider="simulator",outcome="accepted"} 3"#,
                #"belfry_attempt_duration_seconds_count{provider="simulator"} 3"#,
                #"belfry_first_attempt_delay_seconds_count{priority="high"} 3"#,
                #"belfry_deliveries_total{route="email",status="sent"} 3"#,
                #"belfry_permits_total{answer="granted"} 3"#, "belfry_deliveries_under_way 0",
                "belfry_results_waiting 0", "process_resident_memory_bytes ",
            ])
        await belfry.stop()
    }

    private func expect(at url: String, _ lines: [String]) async throws {
        for line in lines {
            try await eventually("there is \(line)") {
                try await Client.text(at: "\(url)/metrics").split(separator: "\n").contains { $0.hasPrefix(line) }
            }
        }
    }

    @Test func serversThatAreAwayDoNotHoldUpAScrape() async throws {
        let belfry = try await Installation.start()
        let url = try await belfry.startAPI().url
        #expect(try await Client.text(at: "\(url)/metrics").contains("belfry_queue_ready_jobs"))
        await belfry.redis.send(SIGSTOP)
        // What was read last is good for two seconds.
        try await eventually("the queue's samples are gone") {
            let start = ContinuousClock.now
            let metrics = try await Client.text(at: "\(url)/metrics")
            #expect(ContinuousClock.now - start < .seconds(4))
            #expect(metrics.contains("belfry_requests_total"))
            return !metrics.contains("belfry_queue_ready_jobs")
        }
        await belfry.redis.send(SIGCONT)
        try await eventually("they are back") {
            try await Client.text(at: "\(url)/metrics").contains("belfry_queue_ready_jobs")
        }
        await belfry.stop()
    }

    @Test func metricsCanBeTurnedOff() async throws {
        let belfry = try await Installation.start(settings: ["BELFRY_METRICS": "off"])
        let url = try await belfry.startAPI().url
        _ = try await belfry.startWorker()
        for url in [url, try await belfry.operationsURL(of: "worker")] {
            #expect(try await Client.text(at: "\(url)/metrics").contains("notFound"))
            #expect(try await Client.text(at: "\(url)/health/live").contains("ok"))
        }
        await belfry.stop()
    }

    /// One process with every role, which also shows that no two metrics have one name.
    @Test func documentationListsTheMetricsAsTheyAre() async throws {
        let context = try ProcessContext(
            settings: Settings([
                "BELFRY_DATABASE_URL": "postgresql://nowhere", "BELFRY_REDIS_URL": "redis://nowhere",
                "BELFRY_PROVIDERS": "email=simulator",
            ]), label: "test")
        _ = context.api { _ in }
        _ = context.worker()
        _ = context.clerks()
        let expected = context.metrics.descriptions.map { metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return
                "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels.isEmpty ? "" : labels + " ")| \(metric.help) |"
        }
        await context.close()
        let document = try String(contentsOf: Self.root.appending(path: "docs/metrics.md"), encoding: .utf8)
        let listed = document.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { String($0) }
        #expect(listed == expected, "it should read:\n\(expected.joined(separator: "\n"))")
    }

    /// What promtool has to say, which is nothing when all is well.
    private func promtool(_ metrics: String) async throws -> String {
        let file = "/tmp/belfry-metrics-\(UUID().uuidString)"
        try metrics.write(toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        let output = Lines()
        let path = "\(Self.root.path)/.build/prometheus:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        let child = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "promtool check metrics < \(file) 2>&1"],
            environment: ["PATH": path], output: .lines { output.add($0) })
        let status = await child.waitForExit()
        return status == .exited(0) ? output.all.joined(separator: "\n") : "\(status): \(output.all)"
    }
}
