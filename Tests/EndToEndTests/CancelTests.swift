import LocalServers
import Notifications
import TestSupport
import Testing

/// What is taken back in time is not sent, with real processes.
@Suite(.timeLimit(.minutes(2))) struct CancelTests {
    @Test func nothingIsSentAfterItIsCancelled() async throws {
        let belfry = try await Installation.start()
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker(settings: [
            "BELFRY_PROVIDERS": "email=simulator", "BELFRY_SIMULATOR": "latency=1ms,retry=1",
        ])
        let request: JSON = ["to": ["email": "a@example.org"], "title": "x", "cancellationKey": "order-1"]
        let failing = try await client.post(request)
        try await eventually(within: .seconds(30), "it waits for its second attempt") {
            try await client.document(failing)["channels"]?["email"]?["attempts"]?.int ?? 0 > 0
        }
        let answer = try await client.send("POST", "/v1/notifications/cancel", ["cancellationKey": "order-1"])
        #expect(answer.body["items"]?.array?.map { $0["id"]?.string } == [failing])
        try await eventually(within: .seconds(30), "it is cancelled") {
            try await client.status(failing, "email") == "cancelled"
        }
        #expect(try await client.document(failing)["status"] == "cancelled")
        #expect(try belfry.accepts().isEmpty)
        try await eventually(within: .seconds(30), "the queue is empty") {
            let queue = try await client.send("GET", "/v1/queues/email").body
            return queue["scheduled"] == 0 && queue["leased"] == 0
        }
        await belfry.stop()
    }
}
