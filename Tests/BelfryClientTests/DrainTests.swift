import Notifications
import Synchronization
import TestSupport
import Testing

@testable import BelfryClient

/// When a route counts as drained.
struct DrainTests {
    /// What a Belfry answers that is paused and asked how the route stands, in turn; the last one for ever.
    private func drain(
        _ answers: [JSON], within limit: Duration = .seconds(60)
    ) async throws -> (reports: [QueueReport], looks: Int, requests: [String]) {
        let reply: @Sendable (Int) -> LoopbackServer.Reply = { number in
            let body = number == 0 ? ["items": [["route": "email"]]] : answers[min(number - 1, answers.count - 1)]
            let status = body == .null ? "503 Service Unavailable" : "200 OK"
            return .text("HTTP/1.1 \(status)\r\nContent-Length: \(body.text.utf8.count)\r\n\r\n\(body.text)")
        }
        return try await LoopbackServer.run(reply: reply) { server in
            var looks = 0
            var configuration = BelfryClientConfiguration(url: "http://127.0.0.1:\(server.port)", key: "k")
            configuration.retries = 0
            let reports = try await BelfryClient.run(configuration) { client in
                try await client.drain(["email"], within: limit) { _ in looks += 1 }
            }
            let lines = server.requests.compactMap { $0.split(separator: " HTTP").first.map { String($0) } }
            return (reports, looks, lines)
        }
    }

    /// Of all routes; nobody asked for `sms`.
    private static func list(_ route: JSON) -> JSON { ["items": [route, ["route": "sms", "leased": 3]]] }

    private func email(_ state: String, leased: Int, permits: Int? = nil) -> JSON {
        ["route": "email", "state": .string(state), "leased": JSON(leased), "permits": permits.map { JSON($0) } ?? nil]
    }

    @Test func itEndsOnceNothingIsInFlightByRedisAndByPostgres() async throws {
        let end = try await drain([
            Self.list(email("open", leased: 0)), Self.list(email("paused", leased: 2)),
            Self.list(email("paused", leased: 0)), email("paused", leased: 0, permits: 1),
            Self.list(email("paused", leased: 0)), email("paused", leased: 0, permits: 0),
        ])
        #expect(end.reports.map(\.route) == ["email"] && end.reports.allSatisfy(\.isDrained))
        #expect(end.looks == 4)
        let (list, one) = ("GET /v1/queues", "GET /v1/queues/email")
        #expect(end.requests == ["POST /v1/queues/email/pause", list, list, list, one, list, one])
    }

    @Test func itGoesOnThroughABelfryThatIsAway() async throws {
        let end = try await drain([.null, Self.list(email("paused", leased: 0)), email("paused", leased: 0)])
        #expect(end.reports.allSatisfy(\.isDrained) && end.looks == 1)
    }

    @Test func itGivesUpAfterItsTimeAndSaysWhatIsLeft() async throws {
        let end = try await drain([Self.list(email("paused", leased: 2))], within: .milliseconds(1))
        #expect(end.reports.map(\.leased) == [2] && end.reports.allSatisfy { !$0.isDrained })
        await #expect(throws: BelfryClientError.self) { _ = try await drain([.null], within: .zero) }
    }
}
