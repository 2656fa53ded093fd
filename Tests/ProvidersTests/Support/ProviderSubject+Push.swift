import Foundation
import Notifications
import Outbound
import TestSupport

@testable import Providers

extension ProviderSubject {
    static let push = [fcm, apns, webPush, expo]

    private static let fcm = ProviderSubject(
        name: "fcm",
        attempt: { .push(.fcm, token: canary, data: JSONObject([("key", .string(canary))]), timeout: $1) },
        make: { outbound, port in
            // The answers are those of FCM; what Google's tokens come to is in `FCMProviderTests`.
            let token = AccessToken(secret: Secret(canary), expiresAt: .distantFuture)
            return FCMProvider(
                configuration: try .test("http://127.0.0.1:\(port)"), services: outbound.services,
                tokens: AccessTokens(now: { .now }, fetch: { _ in .success(token) }), now: { .now })
        },
        outcomes: [
            ("200 OK", "accepted"), ("301 Moved Permanently", "rejected"), ("400 Bad Request", "rejected"),
            ("401 Unauthorized", "authentication"), ("403 Forbidden", "authentication"), ("404 Not Found", "rejected"),
            ("408 Request Timeout", "retry"), ("429 Too Many Requests", "throttled"),
            ("500 Internal Server Error", "retry"), ("502 Bad Gateway", "retry"), ("503 Service Unavailable", "retry"),
            ("504 Gateway Timeout", "retry"),
        ],
        malformed: httpGarbage(ok: "accepted"))

    private static let apns = ProviderSubject(
        name: "apns",
        attempt: { _, timeout in
            .push(
                .apns, token: "0a1b", app: canary, data: JSONObject([("key", .string(canary))]), timeout: timeout)
        },
        make: { outbound, port in
            APNSProvider(configuration: try .test("http://127.0.0.1:\(port)"), outbound: outbound)
        },
        outcomes: [
            ("200 OK", "accepted"), ("301 Moved Permanently", "rejected"), ("400 Bad Request", "rejected"),
            ("403 Forbidden", "authentication"), ("404 Not Found", "rejected"), ("405 Method Not Allowed", "rejected"),
            ("410 Gone", "invalidRecipient"), ("413 Content Too Large", "rejected"),
            ("429 Too Many Requests", "throttled"), ("500 Internal Server Error", "retry"),
            ("503 Service Unavailable", "retry"),
        ],
        malformed: httpGarbage(ok: "accepted"))

    private static let webPush = ProviderSubject(
        name: "webPush",
        attempt: { port, timeout in
            let endpoint = "http://127.0.0.1:\(port)/\(canary)"
            return .push(
                .webPush, subscription: Browser.subscription(endpoint: endpoint), body: canary, timeout: timeout)
        },
        make: { outbound, _ in WebPushProvider(configuration: try .test(), outbound: outbound) },
        outcomes: [
            ("200 OK", "accepted"), ("201 Created", "accepted"), ("202 Accepted", "accepted"),
            ("301 Moved Permanently", "rejected"), ("400 Bad Request", "rejected"),
            ("401 Unauthorized", "authentication"), ("403 Forbidden", "authentication"),
            ("404 Not Found", "invalidRecipient"), ("406 Not Acceptable", "throttled"),
            ("410 Gone", "invalidRecipient"),
            ("413 Content Too Large", "rejected"), ("429 Too Many Requests", "throttled"),
            ("500 Internal Server Error", "retry"), ("502 Bad Gateway", "retry"), ("503 Service Unavailable", "retry"),
            ("504 Gateway Timeout", "unknown"),
        ],
        malformed: httpGarbage(ok: "accepted"))

    /// A 200 without tickets says nothing.
    private static let expo = ProviderSubject(
        name: "expo",
        attempt: { _, timeout in .push(.expo, token: "ExponentPushToken[\(canary)]", timeout: timeout) },
        make: { outbound, port in
            let url = try ServiceURL("http://127.0.0.1:\(port)")
            let configuration = ExpoConfiguration(accessToken: Secret(canary), url: url)
            return ExpoProvider(configuration: configuration, outbound: outbound)
        },
        dialect: Dialect(
            framing: HTTPFraming(),
            answer: { status, text in
                let tickets = #"{"data":[{"status":"ok","id":"r-1","message":"\#(text)"}]}"#
                return Dialect.http.answer(status, status.hasPrefix("200") ? tickets : text)
            },
            endless: (
                head: Dialect.http.endless.head, bulk: Dialect.http.endless.bulk, drop: Dialect.http.endless.drop,
                outcome: "unknown"
            )),
        outcomes: [
            ("200 OK", "accepted"), ("301 Moved Permanently", "rejected"), ("400 Bad Request", "rejected"),
            ("401 Unauthorized", "authentication"), ("403 Forbidden", "authentication"), ("404 Not Found", "rejected"),
            ("429 Too Many Requests", "throttled"), ("500 Internal Server Error", "retry"),
            ("502 Bad Gateway", "retry"), ("503 Service Unavailable", "retry"), ("504 Gateway Timeout", "retry"),
        ],
        malformed: httpGarbage(ok: "unknown"))

    /// Each ends its connection, so that the next attempt makes its own.
    private static func httpGarbage(ok: String) -> [(reply: String, outcome: String)] {
        let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
        return [("SSH-2.0-OpenSSH_9.6\r\n\r\n", "unknown")]
            + ["\u{0}{[x", "[]", #"{"data":7,"name":{},"reason":[]}"#].map { body in
                ("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)", ok)
            }
    }
}
