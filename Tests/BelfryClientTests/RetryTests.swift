import Notifications
import TestSupport
import Testing

@testable import BelfryClient

/// What is called again when Belfry is too busy, and what is not.
struct RetryTests {
    private static let busy = reply(
        "503 Service Unavailable", ["code": "overloaded", "retryable": true], "Retry-After: 0\r\n")
    private static let accepted = reply("202 Accepted", ["id": "01a1fbc7-2b5d-7cc2-8f0e-3a5b8c2d1e4f"])

    private static func reply(_ status: String, _ body: JSON, _ headers: String = "") -> LoopbackServer.Reply {
        .text("HTTP/1.1 \(status)\r\nContent-Length: \(body.text.utf8.count)\r\n\(headers)\r\n\(body.text)")
    }

    /// Runs calls against a server that gives these answers in turn, and returns what it was asked.
    private func requests(
        _ replies: [LoopbackServer.Reply],
        change: @escaping @Sendable (inout BelfryClientConfiguration) -> Void = { _ in },
        _ body: (BelfryClient) async throws -> Void
    ) async throws -> [String] {
        try await LoopbackServer.run(reply: { replies[min($0, replies.count - 1)] }) { server in
            var configuration = BelfryClientConfiguration(url: "http://127.0.0.1:\(server.port)", key: "k")
            configuration.timeout = .seconds(30)
            change(&configuration)
            try await BelfryClient.run(configuration) { try await body($0) }
            return server.requests
        }
    }

    @Test func aNotificationIsPostedAgainUnderTheSameKey() async throws {
        let requests = try await requests([Self.busy, Self.busy, Self.accepted]) { client in
            let answer = try await client.send(NotificationRequest(toUser: "u42", title: "x"))
            #expect(answer.notification != nil)
        }
        let keys = requests.map { request in
            request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("idempotency-key:") }
        }
        #expect(requests.count == 3 && keys[0] != nil && Set(keys).count == 1)
    }

    @Test func whatIsNotSafeToRepeatIsNotRepeated() async throws {
        let requests = try await requests([Self.busy]) { client in
            await #expect(throws: BelfryClientError.self) {
                _ = try await client.send(["to": ["userId": "u42"], "title": "x"])
            }
            await #expect(throws: BelfryClientError.self) {
                _ = try await client.redrive(DeadLetterQuery(), limit: 1, dryRun: false)
            }
        }
        #expect(requests.count == 2)
    }

    @Test func itIsGivenUpAfterSoManyTimes() async throws {
        let requests = try await requests([Self.busy], change: { $0.retries = 2 }) { client in
            let error = await #expect(throws: BelfryClientError.self) { _ = try await client.queues() }
            #expect(error?.code == "overloaded")
        }
        #expect(requests.count == 3)
    }

    @Test func aLongRetryAfterIsCutShort() async throws {
        let busy = Self.reply("429 Too Many Requests", ["retryable": true], "Retry-After: 3600\r\n")
        let items = Self.reply("200 OK", ["items": []])
        let replies = [busy, items]
        let requests = try await requests(replies, change: { $0.longestRetryPause = .milliseconds(1) }) { client in
            let queues = try await client.queues()
            #expect(queues.isEmpty)
        }
        #expect(requests.count == 2)
    }

    @Test(arguments: ["400 Bad Request", "500 Internal Server Error", "502 Bad Gateway"])
    func anotherRefusalIsTheLastWord(status: String) async throws {
        let requests = try await requests([Self.reply(status, ["retryable": true])]) { client in
            await #expect(throws: BelfryClientError.self) { _ = try await client.queues() }
        }
        #expect(requests.count == 1)
    }
}
