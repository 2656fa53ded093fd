import API
import AsyncHTTPClient
import Documents
import Foundation
import Mail
import NIOCore
import NIOHTTP1
import Notifications
import Testing

@Suite struct UnsubscribeEndpointTests {
    fileprivate struct Page {
        var status: Int
        var headers: HTTPHeaders
        var text: String
    }

    private static let secret = Data(0..<32).base64EncodedString()

    private static func links(_ secret: String = secret) throws -> UnsubscribeLinks {
        try UnsubscribeLinks(publicURL: "https://notify.example.org", secrets: [secret])
    }

    /// The path of a link to unsubscribe Ada.
    private static func path(tenant: String, secret: String = secret) throws -> String {
        let reader = UnsubscribeLinks.Reader(tenant: tenant, address: "Ada@example.org")
        let url = try #require(try links(secret).url(for: reader))
        return try #require(URL(string: url)).path
    }

    private func withLinks(logger: LogBook = LogBook(), _ body: (TestAPI) async throws -> Void) async throws {
        let links = try Self.links()
        try await withAPI(logger: logger.logger, configure: { $0.unsubscribeLinks = links }, body)
    }

    @Test func postUnsubscribesTheAddressOnceAndForAll() async throws {
        try await withLinks { api in
            let client = try await api.client()
            let path = try Self.path(tenant: api.tenant)
            for _ in 1...2 {
                let page = try await api.open("POST", path, body: "List-Unsubscribe=One-Click")
                #expect(page.status == 200)
                #expect(page.text.contains("<h1>You are unsubscribed</h1>"))
                let found = try await client.send("GET", "/v1/suppressions/email/ada%40example.org")
                #expect(found.body["reason"] == "unsubscribed" && found.body["provider"] == .null)
                #expect(try await api.count("suppressions") == 1)
            }
            let sms = try await client.send("GET", "/v1/suppressions/sms/ada%40example.org")
            #expect(sms.status == 404)
        }
    }

    @Test func linkUnsubscribesFromItsOwnTenantOnly() async throws {
        try await withLinks { api in
            let stranger = try await api.client(tenant: "stranger")
            let headers = ["authorization": "Bearer \(stranger.key ?? "")"]
            let page = try await api.open("POST", Self.path(tenant: api.tenant), headers: headers)
            #expect(page.status == 200, "a key says nothing here")
            let suppression = "/v1/suppressions/email/ada%40example.org"
            #expect(try await stranger.send("GET", suppression).status == 404)
            #expect(try await api.client().send("GET", suppression).status == 200)
        }
    }

    @Test func operatorTakesItBackAndTheLinkStillWorks() async throws {
        try await withLinks { api in
            let client = try await api.client()
            let path = try Self.path(tenant: api.tenant)
            _ = try await api.open("POST", path)
            #expect(try await client.send("DELETE", "/v1/suppressions/email/ada%40example.org").status == 204)
            #expect(try await api.count("suppressions") == 0)
            #expect(try await api.open("POST", path).status == 200)
            #expect(try await api.count("suppressions") == 1)
        }
    }

    /// Some send the pair as a form, some in parts; one day somebody will send neither.
    @Test(arguments: [
        (
            "multipart/form-data; boundary=b",
            "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n"
                + "One-Click\r\n--b--\r\n"
        ),
        ("text/plain", ""),
    ])
    func everyFormOfThePostIsTaken(type: String, body: String) async throws {
        try await withLinks { api in
            let page = try await api.open(
                "POST", Self.path(tenant: api.tenant), body: body, headers: ["content-type": type])
            #expect(page.status == 200)
            #expect(try await api.count("suppressions") == 1)
        }
    }

    @Test(arguments: ["GET", "HEAD"]) func lookingAtALinkChangesNothing(method: String) async throws {
        try await withLinks { api in
            let page = try await api.open(method, Self.path(tenant: api.tenant))
            #expect(page.status == 200)
            #expect(page.text.isEmpty == (method == "HEAD"))
            #expect(try await api.rows() == 0)
        }
    }

    /// No script, nothing from elsewhere, and not a word of whom it is about; the button posts to the page's own place.
    @Test func pageIsAButtonAndNothingElse() async throws {
        try await withLinks { api in
            let page = try await api.open("GET", Self.path(tenant: api.tenant))
            let form =
                #"<form method="post"><button name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>"#
            #expect(page.text.contains(form))
            for word in ["<script", "<style", "src=", "href=", "http", "ada", api.tenant] {
                #expect(!page.text.lowercased().contains(word), "\(word)")
            }
            #expect(
                page.headers["content-security-policy"]
                    == ["default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"])
            #expect(page.headers["content-type"] == ["text/html; charset=utf-8"])
            #expect(page.headers["cache-control"] == ["no-store"])
            #expect(page.headers["referrer-policy"] == ["no-referrer"])
            #expect(page.headers["x-content-type-options"] == ["nosniff"])
        }
    }

    @Test func whatIsNoTokenOfOursChangesNothingAndIsToldNoReason() async throws {
        try await withLinks { api in
            let path = try Self.path(tenant: api.tenant)
            let foreign = try Self.path(tenant: api.tenant, secret: Data(1..<33).base64EncodedString())
            let forged = path.dropLast() + (path.hasSuffix("A") ? "B" : "A")
            for wrong in [foreign, String(forged), String(path.dropLast(4)), path + "AAAA", "/v1/unsubscribe/x"] {
                for method in ["GET", "POST"] {
                    let page = try await api.open(method, wrong)
                    #expect(page.status == 404, "\(method) \(wrong)")
                    let problem = try JSON(parsing: page.text)
                    #expect(problem["code"] == "notFound" && problem["detail"]?.string == Self.detail)
                }
            }
            #expect(try await api.rows() == 0)
        }
    }

    private static let detail = "Nothing is known by this name here."

    @Test func whereNoLinksAreMadeNoneLeadsAnywhere() async throws {
        try await withAPI { api in
            let path = try Self.path(tenant: api.tenant)
            for method in ["GET", "POST"] { #expect(try await api.open(method, path).status == 404) }
            #expect(try await api.rows() == 0)
        }
    }

    @Test func whatIsWorseThanUnsubscribedStaysSo() async throws {
        try await withLinks { api in
            let store = SuppressionStore(pool: api.pool)
            try await store.suppress("ada@example.org", on: .email, tenant: api.tenant, reason: .complained)
            #expect(try await api.open("POST", Self.path(tenant: api.tenant)).status == 200)
            let found = try await store.suppression(of: "ada@example.org", on: .email, tenant: api.tenant)
            #expect(found?.reason == .complained)
        }
    }

    @Test func nothingElseCanBeAskedOfALink() async throws {
        try await withLinks { api in
            let page = try await api.open("DELETE", Self.path(tenant: api.tenant))
            #expect(page.status == 405)
            #expect(page.headers["allow"] == ["GET, HEAD, POST"])
        }
    }

    /// A token is as good as an address to whoever reads the log.
    @Test func noLogLineHasTheToken() async throws {
        let book = LogBook()
        try await withLinks(logger: book) { api in
            let path = try Self.path(tenant: api.tenant)
            let token = try #require(path.split(separator: "/").last)
            for (method, suffix) in [("GET", ""), ("POST", ""), ("POST", "x"), ("DELETE", ""), ("POST", "/x")] {
                _ = try await api.open(method, path + suffix)
            }
            #expect(book.lines.contains { $0.contains("path=/v1/unsubscribe/{token}") && $0.contains("status=200") })
            for line in book.lines { #expect(!line.contains(token), "\(line)") }
        }
    }
}

extension TestAPI {
    /// Follows a link as a browser or a mail client does, without a key.
    fileprivate func open(
        _ method: String, _ path: String, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> UnsubscribeEndpointTests.Page {
        var request = Client(url: url).request(method, path, headers: headers)
        if let body {
            if headers.isEmpty { request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded") }
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return UnsubscribeEndpointTests.Page(
            status: Int(response.status.code), headers: response.headers,
            text: String(buffer: try await response.body.collect(upTo: 1 << 20)))
    }
}
