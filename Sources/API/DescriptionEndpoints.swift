import HTTPTypes
import Hummingbird

/// The API about itself, for programs and for people; no key needed.
struct DescriptionEndpoints: Sendable {
    var all: [Endpoint] {
        [
            Endpoint(.get, "/openapi.json", nil) { _ in Self.file(OpenAPIDocument.text, "application/json") },
            Endpoint(.get, "/docs", nil) { _ in Self.file(PackageResources.docs_html, "text/html; charset=utf-8") },
            Endpoint(.get, "/docs/app.js", nil) { _ in
                Self.file(PackageResources.docs_js, "text/javascript; charset=utf-8")
            },
            Endpoint(.get, "/docs/style.css", nil) { _ in
                Self.file(PackageResources.docs_css, "text/css; charset=utf-8")
            },
        ]
    }

    /// What the page may load: what stands beside it, and nothing else.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"

    private static func file(_ bytes: [UInt8], _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .contentSecurityPolicy: policy, .xContentTypeOptions: "nosniff",
                // Another version of Belfry has another document.
                .cacheControl: "no-cache",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
