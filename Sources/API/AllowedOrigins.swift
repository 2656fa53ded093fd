import HTTPTypes
import Hummingbird

/// The web pages that browsers may let call this API, by their origins. Empty lets none, and answers then say nothing of
/// it. There are no cookies to send along, so nothing is ever allowed with credentials, nor to every page.
///
/// **Source:** WHATWG Fetch, "CORS protocol"; RFC 6454 §6.2 for how an origin is written.
public struct AllowedOrigins: Sendable, Hashable {
    /// One that is no origin.
    public struct Malformed: Error, CustomStringConvertible {
        public let text: String

        public var description: String {
            "`\(text)` is no origin: it must be like https://app.example.org or http://localhost:3000, in small letters, "
                + "without a path; `*` is not allowed"
        }
    }

    private let origins: Set<String>

    /// - Parameter origins: each as browsers write it.
    public init(_ origins: [String] = []) throws(Malformed) {
        for origin in origins where !AllowedOrigins.isOrigin(origin) { throw Malformed(text: origin) }
        self.origins = Set(origins)
    }

    public static let none = AllowedOrigins()

    private init() { origins = [] }

    private static func isOrigin(_ text: String) -> Bool {
        text.wholeMatch(of: /https?:\/\/([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(:[1-9][0-9]{0,4})?/) != nil
    }

    private static let methods = "GET, POST, PUT, PATCH, DELETE"
    /// What a page may send.
    private static let requestHeaders =
        "authorization, content-type, idempotency-key, last-event-id, traceparent, x-idempotency-key, x-request-id"
    /// What a page may read.
    private static let responseHeaders =
        "Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
    /// Seconds for which a browser need not ask again.
    private static let memory = "600"

    /// The answer to a browser that asks whether a page may make a request; nil for any other request.
    func preflight(_ request: Request) -> Response? {
        guard request.method == .options, request.headers[.accessControlRequestMethod] != nil,
            let origin = request.headers[.origin], origins.contains(origin)
        else { return nil }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: AllowedOrigins.methods,
                .accessControlAllowHeaders: AllowedOrigins.requestHeaders, .accessControlMaxAge: AllowedOrigins.memory,
            ])
    }

    /// What an answer says to a page of this origin. Caches are told that others get another one.
    func headers(for origin: String?) -> HTTPFields {
        if origins.isEmpty { return [:] }
        guard let origin, origins.contains(origin) else { return [.vary: "Origin"] }
        return [
            .vary: "Origin", .accessControlAllowOrigin: origin,
            .accessControlExposeHeaders: AllowedOrigins.responseHeaders,
        ]
    }
}
