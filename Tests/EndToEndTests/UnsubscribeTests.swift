import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Notifications
import TestSupport
import Testing

/// From the header of a real e-mail to the next one that is not sent, with real processes and a mail server.
@Suite(.timeLimit(.minutes(2))) struct UnsubscribeTests {
    private static let address = "Ann@Example.org"

    @Test func whoFollowsTheLinkGetsNoMoreMarketingAndAllElse() async throws {
        try await LoopbackServer.run(framing: SMTPFraming(), reply: { _ in .text("250 2.0.0 Ok\r\n") }) { mail in
            let belfry = try await Installation.start(settings: settings(mail.port))
            let result = await outcome { try await unsubscribe(belfry, mail) }
            await belfry.stop()
            try result.get()
        }
    }

    private func unsubscribe(_ belfry: Installation, _ mail: LoopbackServer) async throws {
        let client = Client(url: try await belfry.startAPI().url, key: try await belfry.makeKey())
        _ = try await belfry.startWorker()
        #expect(try await send("marketing", client) == "sent")
        let path = try link(mail)

        #expect(try await follow("GET", client.url + path) == 200, "a scanner looks at it")
        #expect(try await send("marketing", client) == "sent")
        #expect(try link(mail) == path, "a reader has one link")
        #expect(try await follow("POST", client.url + path + "x") == 404, "somebody guesses")
        #expect(try await send("marketing", client) == "sent")

        #expect(try await follow("POST", client.url + path) == 200)
        #expect(try await send("marketing", client) == "skipped suppressed")
        #expect(try await send("transactional", client) == "sent")
        #expect(mail.requests.count == 4)
        #expect(mail.requests.last?.contains("List-Unsubscribe") == false)

        let suppression = "/v1/suppressions/email/ann%40example.org"
        #expect(try await client.send("GET", suppression).body["reason"] == "unsubscribed")
        #expect(try await client.send("DELETE", suppression).status == 204)
        #expect(try await send("marketing", client) == "sent")
        #expect(try link(mail) == path)
        try await expectNoWordOfIt(in: belfry, path)
    }

    private func settings(_ port: Int) -> [String: String] {
        [
            "BELFRY_PROVIDERS": "email=smtp", "BELFRY_SMTP_URL": "smtp+clear://127.0.0.1:\(port)",
            "BELFRY_EMAIL_FROM": "Shop <no-reply@example.com>", "BELFRY_PUBLIC_URL": "https://notify.example.org",
            "BELFRY_LINK_SECRETS": Data(0..<32).base64EncodedString(), "BELFRY_LOG_LEVEL": "trace",
        ]
    }

    /// What became of a new e-mail, with its reason where there is one.
    private func send(_ type: String, _ client: Client) async throws -> String {
        let id = try await client.post([
            "to": ["email": .string(Self.address)], "channels": ["email"], "type": .string(type), "title": "Hello",
        ])
        try await eventually(within: .seconds(30), "it is done with") {
            try await ["sent", "skipped"].contains(client.status(id, "email"))
        }
        let email = try await client.document(id)["channels"]?["email"]
        return [email?["status"], email?["error"]?["code"]].compactMap { $0?.string }.joined(separator: " ")
    }

    /// Where the header of the last message leads, without the host.
    private func link(_ mail: LoopbackServer) throws -> String {
        let message = try #require(mail.requests.last)
        let lines = message.replacing("\r\n ", with: " ").components(separatedBy: "\r\n")
        let header = try #require(lines.first { $0.hasPrefix("List-Unsubscribe: ") })
        let match = try #require(header.wholeMatch(of: /List-Unsubscribe: <https:..notify.example.org([^>]+)>/))
        #expect(message.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"))
        return String(match.output.1)
    }

    /// Follows a link as whoever reads the mail does, without a key.
    private func follow(_ method: String, _ url: String) async throws -> Int {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        if method == "POST" {
            request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
            request.body = .bytes(ByteBuffer(string: "List-Unsubscribe=One-Click"))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        _ = try await response.body.collect(upTo: 1 << 20)
        return Int(response.status.code)
    }

    /// Neither log says who followed a link, nor has one that could be followed.
    private func expectNoWordOfIt(in belfry: Installation, _ path: String) async throws {
        let token = try #require(path.split(separator: "/").last)
        _ = try await belfry.logLine(of: "api") { $0["path"] == "/v1/unsubscribe/{token}" }
        for role in ["api", "worker"] {
            for line in try belfry.log(of: role) {
                #expect(!line.text.contains(token) && !line.text.lowercased().contains("ann@"), "\(line.text)")
            }
        }
    }
}
