import API
import Notifications
import ServiceLifecycle
import TestSupport
import Testing

/// A rolling deploy is not noticed: whoever asks is answered and told to come back elsewhere.
@Suite(.timeLimit(.minutes(2))) struct ShutdownTests {
    private static let request = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Asks on an open connection until it is told that this was the last time: the server has heard of its shutdown.
    private func askUntilTheLastTime(on connection: RawConnection) async throws {
        while true {
            try await connection.send(Self.request)
            let answer = try #require(try await connection.answer())
            #expect(answer.status == 200)
            if answer["connection"] == "close" { break }
        }
        #expect(try await connection.closes())
    }

    @Test func requestOnAnIdleConnectionIsStillAnsweredAndToldThatItIsTheLast() async throws {
        try await withAPI(configure: { $0.drainTime = .seconds(60) }) { api in
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(Self.request)
                #expect(try await connection.answer()?["connection"] == nil)
                await api.services.triggerGracefulShutdown()
                try await askUntilTheLastTime(on: connection)
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
        try await withAPI(configure: { $0.drainTime = .seconds(60) }) { api in
            let key = try await api.makeKey().text
            try await RawConnection.open(to: api.port) { connection in
                let body = #"{"to":{"email":"a@example.org"},"title":"x"}"#
                try await connection.send(
                    lines: "POST /v1/notifications HTTP/1.1", "Host: x", "Authorization: Bearer \(key)",
                    "Expect: 100-continue", "Content-Type: application/json",
                    "Content-Length: \(body.utf8.count)", "")
                #expect(try await connection.answer()?.status == 100)
                try await RawConnection.open(to: api.port) { other in
                    try await other.send(Self.request)
                    #expect(try await other.answer()?["connection"] == nil)
                    await api.services.triggerGracefulShutdown()
                    try await askUntilTheLastTime(on: other)
                }
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
