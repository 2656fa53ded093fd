import API
import Documents
import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

/// More than can be written: what happens is made to happen by a table that is locked.
@Suite(.timeLimit(.minutes(2))) struct OverloadTests {
    private func notification(_ priority: String, to: JSON = ["email": "a@example.org"]) -> JSON {
        ["to": to, "title": "x", "priority": .string(priority)]
    }

    /// Holds back every writer, once so many requests wait that not even `high` is let in any more.
    private func whileOverwhelmed(_ api: TestAPI, _ client: Client, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            try await api.pool.transaction { connection in
                try await connection.query("LOCK TABLE notifications IN EXCLUSIVE MODE")
                // The lanes take some with them before they are held up.
                try await eventually("some have waited for long") {
                    if api.writer.pressure.waiting == 0 {
                        group.addTask {
                            try await client.send("POST", "/v1/notifications", notification("critical")).status
                        }
                    }
                    // Half of all must have been under way for 800 ms, however late the last of them began.
                    return api.writer.pressure.oldestWait > .seconds(2)
                }
                try await body()
            }
            for try await status in group { #expect(status == 202) }
        }
    }

    @Test func onlyCriticalIsLetInUntilTheRestHasBeenWritten() async throws {
        try await withAPI(configure: { $0.crowd = 2 }) { api in
            let client = try await api.client()
            try await whileOverwhelmed(api, client) {
                for body in [
                    notification("low"), notification("medium"), notification("high"),
                    notification("high", to: [["email": "a@example.org"]]),
                ] {
                    let answer = try await client.send(
                        "POST", "/v1/notifications", body, headers: ["idempotency-key": "shed"])
                    #expect(answer.status == 503)
                    #expect(answer.code == "overloaded")
                    #expect(answer.body["retryable"] == true)
                    #expect((1...5).contains(answer.headers["retry-after"].flatMap { Int($0) } ?? 0))
                }
                // One item that can wait is enough.
                let batch = try await client.send(
                    "POST", "/v1/notifications/batch",
                    ["notifications": [notification("critical"), notification("high")]])
                #expect(batch.code == "overloaded")
                #expect(try await client.send("GET", "/v1/users/u").status == 404)
                try await connectionsGoOn(to: api)
            }
            try await eventually("low is let in again") {
                let answer = try await client.send(
                    "POST", "/v1/notifications", notification("low"), headers: ["idempotency-key": "shed"])
                return answer.status == 202
            }
        }
    }

    /// Whole, ahead of each other's answers, and in pieces: each is sent away in its turn.
    private func connectionsGoOn(to api: TestAPI) async throws {
        let key = try await api.makeKey().text
        let body = notification("low").text
        let head = [
            "POST /v1/notifications HTTP/1.1", "Host: x", "Authorization: Bearer \(key)", "X-Request-Id: mine",
            "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "", "",
        ].joined(separator: "\r\n")
        let other = "GET /v1/users/u HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(key)\r\n\r\n"
        try await RawConnection.open(to: api.port) { connection in
            for (sent, statuses) in [
                ([head + body], [503]), ([head + body + head + body], [503, 503]),
                ([other + head + body + other], [404, 503, 404]), ([head, body], [503]),
            ] {
                for piece in sent { try await connection.send(piece) }
                for status in statuses {
                    let answer = try #require(try await connection.answer())
                    #expect(answer.status == status)
                    #expect(answer["x-request-id"] == "mine" || status == 404)
                }
            }
        }
        let text = try #require(try await metrics(of: api))
        #expect(text.contains(#"belfry_shed_requests_total{priority="critical"} 0"#))
        #expect(!text.contains(#"belfry_shed_requests_total{priority="low"} 0"#))
    }

    private func metrics(of api: TestAPI) async throws -> String? {
        var text: String?
        try await RawConnection.open(to: api.port) { connection in
            try await connection.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            text = try await connection.answer()?.body
        }
        return text
    }

    @Test func bodiesThatWouldNotFitTogetherAreRefused() async throws {
        try await withAPI(configure: { $0.maximumBodyBytesTogether = 100 }) { api in
            let client = try await api.client()
            let answer = try await client.send(
                "POST", "/v1/notifications", ["to": ["email": "a@example.org"], "title": .string("\(UUID())\(UUID())")])
            #expect(answer.status == 503)
            #expect(answer.code == "overloaded")
            #expect(try await client.send("POST", "/v1/notifications", notification("low")).status == 202)
        }
    }
}
