import API
import Notifications
import TestSupport
import Testing

/// What is said over a bare connection, and the statuses it is answered with.
struct Said: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var statuses: [Int]
    /// Whether the server closes the connection after that.
    var closes: Bool

    init(_ name: String, _ text: String, _ statuses: Int..., closes: Bool = false) {
        testDescription = name
        self.text = text
        self.statuses = statuses
        self.closes = closes
    }

    private static let get = "GET /health/live HTTP/1.1\r\nHost: x\r\n"

    static let all = [
        Said("two requests at once", "\(get)\r\n\(get)\r\n", 200, 200),
        Said("a body where none is read", "\(get)Content-Length: 3\r\n\r\nabc\(get)\r\n", 200, 200),
        Said(
            "chunks where none are read", "\(get)Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\(get)\r\n",
            200,
            200),
        Said("last request", "\(get)Connection: close\r\n\r\n", 200, closes: true),
        Said("last request, in other letters", "\(get)Connection: Close, TE\r\n\r\n", 200, closes: true),
        Said(
            "an upgrade offered", "\(get)Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n", 200,
            closes: true),
        Said("HTTP/1.0", "GET /health/live HTTP/1.0\r\n\r\n", 200, closes: true),
        Said("absolute target", "GET http://elsewhere.example/health/live HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        Said("NUL in a path", "GET /v1/no%00thing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        Said("bad escape in a path", "GET /v1/no%zzthing HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        Said(
            "long target", "GET /\(String(repeating: "x", count: 8192)) HTTP/1.1\r\nHost: x\r\n\r\n\(get)\r\n", 414, 200
        ),
        Said(
            "endless target", "GET /\(String(repeating: "x", count: 70_000)) HTTP/1.1\r\nHost: x\r\n\r\n", 400,
            closes: true),
        Said("asterisk", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 404),
        Said("OPTIONS", "OPTIONS /health/live HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        Said("TRACE", "TRACE /health/live HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        Said("unknown method", "BREW /health/live HTTP/1.1\r\nHost: x\r\n\r\n", 400, closes: true),
        Said("CONNECT", "CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400, closes: true),
        Said(
            "length and chunks", "\(get)Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
            closes: true),
        Said(
            "chunks and length", "\(get)Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400,
            closes: true),
        Said("two lengths", "\(get)Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400, closes: true),
        Said("same length twice", "\(get)Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, closes: true),
        Said("list of lengths", "\(get)Content-Length: 3, 3\r\n\r\nabc", 400, closes: true),
        Said("negative length", "\(get)Content-Length: -3\r\n\r\nabc", 400, closes: true),
        Said("signed length", "\(get)Content-Length: +3\r\n\r\nabc", 400, closes: true),
        Said("huge length", "\(get)Content-Length: 99999999999999999999999\r\n\r\nabc", 400, closes: true),
        Said("unknown coding", "\(get)Transfer-Encoding: xchunked\r\n\r\nabc", 400, closes: true),
        Said("chunked not last", "\(get)Transfer-Encoding: chunked, identity\r\n\r\nabc", 400, closes: true),
        Said(
            "two codings", "\(get)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
            closes: true),
        Said("bad chunk size", "\(get)Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 200, 400, closes: true),
        Said("space before a colon", "\(get)Content-Length : 3\r\n\r\nabc", 400, closes: true),
        Said("folded header", "\(get)X-A: b\r\n c\r\n\r\n", 400, closes: true),
        Said("bare line feeds", "GET /health/live HTTP/1.1\nHost: x\n\n", 400, closes: true),
        Said("bare carriage return", "\(get)X-A: b\rX-B: c\r\n\r\n", 400, closes: true),
        Said("NUL in a header", "\(get)X-A: b\u{0}c\r\n\r\n", 400, closes: true),
        Said("no version", "GET /health/live\r\n\r\n", 400, closes: true),
        Said("HTTP/2.0", "GET /health/live HTTP/2.0\r\nHost: x\r\n\r\n", 400, closes: true),
        Said("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, closes: true),
        Said("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{3}\u{3}", 400, closes: true),
        Said("no host", "GET /health/live HTTP/1.1\r\n\r\n", 400, closes: true),
        Said("two hosts", "\(get)Host: y\r\n\r\n", 400, closes: true),
    ]
}

/// Where the end of a request is in doubt, nothing after it may be taken for a request.
@Suite(.timeLimit(.minutes(2))) struct FramingTests {
    @Test func everythingIsAnsweredAndDoubtClosesTheConnection() async throws {
        try await withAPI { api in
            for said in Said.all {
                try await RawConnection.open(to: api.port) { connection in
                    try await connection.send(said.text)
                    var statuses: [Int] = []
                    for _ in said.statuses {
                        guard let answer = try await connection.answer() else { break }
                        statuses.append(answer.status)
                    }
                    #expect(statuses == said.statuses, "\(said.testDescription)")
                    guard said.closes else { return }
                    #expect(try await connection.closes(), "\(said.testDescription)")
                }
            }
        }
    }

    @Test func bodyIsAskedForWhereTheClientWaitsToBeAsked() async throws {
        try await withAPI { api in
            let key = try await api.makeKey().text
            let body = #"{"to":{"email":"a@example.org"},"title":"x"}"#
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(
                    lines: "POST /v1/notifications HTTP/1.1", "Host: x", "Authorization: Bearer \(key)",
                    "Expect: 100-continue",
                    "Content-Type: application/json", "Content-Length: \(body.utf8.count)", "")
                #expect(try await connection.answer()?.status == 100)
                try await connection.send(body)
                #expect(try await connection.answer()?.status == 202)
            }
        }
    }

    @Test func tooLargeABodyIsNotAskedFor() async throws {
        try await withAPI { api in
            let key = try await api.makeKey().text
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(
                    lines: "POST /v1/notifications HTTP/1.1", "Host: x", "Authorization: Bearer \(key)",
                    "Expect: 100-continue",
                    "Content-Type: application/json", "Content-Length: 3000000", "")
                #expect(try await connection.answer()?.status == 413)
            }
        }
    }

    @Test func bodyInChunksIsRead() async throws {
        try await withAPI { api in
            let key = try await api.makeKey().text
            try await RawConnection.open(to: api.port) { connection in
                try await connection.send(
                    lines: "POST /v1/notifications HTTP/1.1", "Host: x", "Authorization: Bearer \(key)",
                    "Content-Type: application/json", "Transfer-Encoding: chunked", "", "a", #"{"to":{"em"#)
                try await connection.send(
                    lines: "22", #"ail":"a@example.org"},"title":"x"}"#, "0", "")
                #expect(try await connection.answer()?.status == 202)
                try await connection.send(lines: "GET /health/live HTTP/1.1", "Host: x", "")
                #expect(try await connection.answer()?.status == 200)
            }
        }
    }

    @Test func answerToHEADHasNoBody() async throws {
        try await withAPI { api in
            try await RawConnection.open(to: api.port) { connection in
                for (path, status) in [("/health/live", 200), ("/v1/nothing", 404), ("/v1/users/u", 401)] {
                    try await connection.send(lines: "HEAD \(path) HTTP/1.1", "Host: x", "", "")
                    let head = try #require(try await connection.read(through: "\r\n\r\n"))
                    #expect(RawAnswer(head: head).status == status, "\(path)")
                    #expect(RawAnswer(head: head).length > 0)
                }
                try await connection.send(lines: "GET /health/live HTTP/1.1", "Host: x", "")
                #expect(try await connection.answer()?.body == #"{"status":"ok"}"#)
            }
        }
    }
}
