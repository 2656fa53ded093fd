import Foundation
import LocalServers
import Notifications
import Postgres
import Synchronization
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

    /// SendGrid as a stand-in that goes away and comes back, under a steady load; prints what happens in each second.
    @Test func everySecondOfAnOutageIsSeen() async throws {
        let first = FirstProvider()
        try await LoopbackServer.run(reply: { _ in first.answer() }) { server in
            let belfry = try await Installation.start(
                simulator: "latency=2ms",
                settings: [
                    "BELFRY_PROVIDERS": "email=sendgrid,simulator", "BELFRY_CIRCUIT_COOLDOWN": "2s",
                    "BELFRY_CIRCUIT_VOLUME": "10", "BELFRY_MAX_ATTEMPTS": "20",
                    "BELFRY_SENDGRID_URL": "http://127.0.0.1:\(server.port)", "BELFRY_SENDGRID_API_KEY": "SG.key",
                    "BELFRY_EMAIL_FROM": "no-reply@example.com", "BELFRY_CALL_DEADLINE": "10s", "BELFRY_PERMIT": "15s",
                    "BELFRY_LEASE": "20s",
                ])
            let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
            _ = try await belfry.startWorker()
            let load = OutageLoad(client: client)
            try await load.run("the first sends all") { first.sent >= 600 }
            let well = first.sent
            first.goAway()
            try await load.run("the backup carries on, and a probe fails") {
                // Looks for longer than the first time that it was open.
                try belfry.accepts().count >= 600 && load.states.suffix(30).allSatisfy { $0 == "open" }
            }
            first.comeBack()
            let before = first.sent
            try await load.run("a probe goes well, and the first sends all again") {
                load.states.last == "closed" && first.sent >= before + 600
            }
            try await eventually(within: .seconds(60), "all is sent") { try await belfry.openDeliveries() == 0 }

            let accepts = try belfry.accepts()
            #expect(first.sent + accepts.count == load.count, "each once")
            let dead: Int64 = try await belfry.pool.query("SELECT count(*) FROM dead_letters")[0].get(0)
            #expect(dead == 0)
            // Half of the calls of late, what was under way by then, and the probes.
            #expect(first.failed < well + 200, "an open circuit lets nothing through")
            print(FailoverTable(circuit: load.looks, first: first.calls, backup: accepts.map(\.at)).text)
            await belfry.stop()
        }
    }
}

/// Takes mail as SendGrid does, but for a while.
private final class FirstProvider: Sendable {
    private let state = Mutex((isWell: true, calls: [(at: Double, isWell: Bool)]()))

    var calls: [(at: Double, isWell: Bool)] { state.withLock { $0.calls } }
    var sent: Int { calls.count { $0.isWell } }
    var failed: Int { calls.count { !$0.isWell } }

    func goAway() { state.withLock { $0.isWell = false } }
    func comeBack() { state.withLock { $0.isWell = true } }

    func answer() -> LoopbackServer.Reply {
        let isWell = state.withLock { state in
            state.calls.append((Date().timeIntervalSince1970, state.isWell))
            return state.isWell
        }
        return .text(
            isWell
                ? "HTTP/1.1 202 Accepted\r\nX-Message-Id: m\r\nContent-Length: 0\r\n\r\n"
                : "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
    }
}

/// Twenty e-mails every tenth of a second, and a look at the first provider's circuit each time.
private final class OutageLoad: Sendable {
    private let client: Client
    private let state = Mutex((count: 0, looks: [(at: Double, state: String)]()))

    var count: Int { state.withLock { $0.count } }
    var looks: [(at: Double, state: String)] { state.withLock { $0.looks } }
    var states: [String] { looks.map(\.state) }

    init(client: Client) { self.client = client }

    /// Goes on until then.
    func run(_ what: String, until isEnough: () async throws -> Bool) async throws {
        try await eventually(within: .seconds(90), every: .milliseconds(100), what) {
            let start = count
            let to = (0..<20).map { ["email": .string("u\(start + $0)@example.com")] as JSON }
            let body: JSON = ["to": .array(to), "channels": ["email"], "title": "Hello"]
            let answer = try await client.send("POST", "/v1/notifications", body)
            try #require(answer.status == 202, "\(answer.body.text)")
            let first = try await client.send("GET", "/v1/providers").body["items"]?.array?.first
            state.withLock { state in
                state.count += 20
                state.looks.append((Date().timeIntervalSince1970, first?["circuit"]?.string ?? "-"))
            }
            return try await isEnough()
        }
    }
}

extension Installation {
    fileprivate func openDeliveries() async throws -> Int64 {
        try await pool.query("SELECT count(*) FROM deliveries")[0].get(0)
    }
}
