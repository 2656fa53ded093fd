import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Notifications
import Testing

/// The page at /docs.
struct DocumentationPageTests {
    @Test func pageLoadsNothingButWhatStandsBesideIt() async throws {
        try await withAPI { api in
            let client = Client(url: api.url)
            for (path, type) in [
                ("/docs", "text/html"), ("/docs/app.js", "text/javascript"), ("/docs/style.css", "text/css"),
            ] {
                let response = try await HTTPClient.shared.execute(client.request("GET", path), timeout: .seconds(30))
                let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
                #expect(response.status == .ok, "\(path)")
                #expect(response.headers.first(name: "content-type") == "\(type); charset=utf-8")
                #expect(response.headers.first(name: "x-content-type-options") == "nosniff")
                let policy = response.headers.first(name: "content-security-policy") ?? ""
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self';"))
                #expect(!text.contains("://"), "\(path)")
                // The policy would keep it from running.
                #expect(!text.contains("style=\"") && !text.contains("onclick") && !text.contains("innerHTML"))
            }
        }
    }

    @Test func everyFileThatThePageNamesIsServed() async throws {
        try await withAPI { api in
            let client = Client(url: api.url)
            let response = try await HTTPClient.shared.execute(client.request("GET", "/docs"), timeout: .seconds(30))
            let page = String(buffer: try await response.body.collect(upTo: 1 << 20))
            let names = page.matches(of: /(?:href|src)="([^"#]+)"/).map { String($0.output.1) }
            #expect(Set(names) == ["docs/style.css", "docs/app.js", "openapi.json"])
            for name in names {
                let status = try await client.status(of: client.request("GET", "/\(name)"))
                #expect(status == 200, "\(name)")
            }
        }
    }
}
