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
                    return api.writer.pressure.oldestWait > .seconds(1)
                }
                try await body()
            }
            for try await status in group { #expect(status == 202) }
        }
    }

    @Test func onlyCriticalIsLetInUntilTheRestHasBeenWritten() async throws {
        try await withAPI { api in
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
                #expect(try await client.send("GET", "/v1/users/u").status == 404)
            }
            try await eventually("low is let in again") {
                let answer = try await client.send(
                    "POST", "/v1/notifications", notification("low"), headers: ["idempotency-key": "shed"])
                return answer.status == 202
            }
        }
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
