import API
import Notifications
import TestSupport
import Testing

/// Clients that are slow, on purpose or not: each is cut off in time, whatever it is slow at.
@Suite(.timeLimit(.minutes(2))) struct SlowClientTests {
    @Test func headThatNeverEndsIsCutOff() async throws {
        try await withAPI(configure: { $0.headDeadline = .milliseconds(100) }) { api in
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send("GET /health/live HTTP/1.1\r\nX-")
                #expect(try await connection.closes())
            }
        }
    }

    @Test func headOfALaterRequestIsCutOffToo() async throws {
        try await withAPI(configure: { $0.headDeadline = .milliseconds(100) }) { api in
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(lines: "GET /health/live HTTP/1.1", "Host: x", "")
                #expect(try await connection.answer()?.status == 200)
                try await connection.send("GET")
                #expect(try await connection.closes())
            }
        }
    }

    @Test func silentConnectionIsCutOff() async throws {
        try await withAPI(configure: { $0.idleTimeout = .milliseconds(100) }) { api in
            try await RawConnection.open(to: api.port) { connection in
                let closed = try await connection.closes()
                #expect(closed)
            }
        }
    }

    @Test func bodyThatNeverEndsIsRefused() async throws {
        try await withAPI(configure: { $0.bodyDeadline = .milliseconds(100) }) { api in
            let key = try await api.makeKey().text
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(
                    lines: "POST /v1/notifications HTTP/1.1", "Host: x", "Authorization: Bearer \(key)",
                    "Content-Type: application/json", "Content-Length: 100", "", "{")
                let answer = try #require(try await connection.answer())
                #expect(answer.status == 408)
                #expect(answer["connection"] == "close")
                #expect(try JSON(parsing: answer.body)["code"] == "bodyTooSlow")
                #expect(try await connection.closes())
            }
            #expect(try await api.rows() == 0)
        }
    }

    /// Without a key, on no route, or where no body is looked at: what nobody reads has the same deadline.
    @Test(arguments: [
        ("POST /v1/notifications", 401), ("POST /v1/nothing", 404), ("GET /health/live", 200),
    ])
    func bodyThatNobodyReadsIsCutOffThoughItDrips(request: String, status: Int) async throws {
        try await withAPI(configure: { $0.bodyDeadline = .milliseconds(200) }) { api in
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(lines: "\(request) HTTP/1.1", "Host: x", "Content-Length: 1000000", "", "")
                #expect(try await connection.answer()?.status == status)
                // Each byte would start an idle timeout afresh. Writing fails once the server has closed.
                try await eventually("the connection is cut") {
                    do { try await connection.send("x") } catch { return true }
                    return false
                }
            }
        }
    }
}
