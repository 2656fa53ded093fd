import API
import Notifications
import ServiceLifecycle
import TestSupport
import Testing

/// A rolling deploy is not noticed: whoever asks is answered and told to come back elsewhere.
@Suite(.timeLimit(.minutes(2))) struct ShutdownTests {
    /// Returns once the server has heard of it.
    private func beginShutdown(of api: TestAPI) async throws {
        await api.services.triggerGracefulShutdown()
        try await eventually("no new connection is taken") {
            do { try await RawConnection.open(to: api.port) { _ in } } catch { return true }
            return false
        }
    }

    @Test func requestOnAnIdleConnectionIsStillAnsweredAndToldThatItIsTheLast() async throws {
        try await withAPI(configure: { $0.drainTime = .seconds(60) }) { api in
            try await RawConnection.open(to: api.port) { connection in
                let request = ["GET /health/live HTTP/1.1", "Host: x", "", ""].joined(separator: "\r\n")
                try await connection.send(request)
                let before = try #require(try await connection.answer())
                #expect(before["connection"] == nil)
                try await beginShutdown(of: api)
                try await connection.send(request)
                let last = try #require(try await connection.answer())
                #expect(last.status == 200)
                #expect(last["connection"] == "close")
                #expect(try await connection.closes())
            }
        }
    }

    @Test func idleConnectionIsClosedWhenTheTimeForIsOver() async throws {
        try await withAPI(configure: { $0.drainTime = .milliseconds(50) }) { api in
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(lines: "GET /health/live HTTP/1.1", "Host: x", "")
                #expect(try await connection.answer()?.status == 200)
                await api.services.triggerGracefulShutdown()
                #expect(try await connection.closes())
            }
        }
    }

    @Test func requestWhoseBodyIsOnItsWayIsAnswered() async throws {
        try await withAPI { api in
            let key = try await api.makeKey().text
            try await RawConnection.open(to: api.port) { connection in
                let body = #"{"to":{"email":"a@example.org"},"title":"x"}"#
                try await connection.send(
                    lines: "POST /v1/notifications HTTP/1.1", "Host: x", "Authorization: Bearer \(key)",
                    "Expect: 100-continue", "Content-Type: application/json",
                    "Content-Length: \(body.utf8.count)", "")
                #expect(try await connection.answer()?.status == 100)
                try await beginShutdown(of: api)
                try await connection.send(body)
                let answer = try #require(try await connection.answer())
                #expect(answer.status == 202)
                #expect(answer["connection"] == "close")
                #expect(try await connection.closes())
            }
            #expect(try await api.count("notifications") == 1)
        }
    }
}
