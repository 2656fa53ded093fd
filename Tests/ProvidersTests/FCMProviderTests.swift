import CryptoExtras
import Foundation
import HTTPTypes
import LocalServers
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

@Suite struct FCMProviderTests {
    private static let now = Date(timeIntervalSince1970: 1_769_851_860)
    private static let token = #"{"access_token":"ya29.1","expires_in":3599,"token_type":"Bearer"}"#

    @Test func messageIsThatOfTheReference() throws {
        let overrides: JSON = [
            "badge": 3, "sound": "default", "image": "https://shop.example/i.png", "collapseId": "order-1", "ttl": "1h",
            "channelId": "orders", "threadId": "t", "link": "https://shop.example/o",
        ]
        let message = try Self.message(
            .push(
                .fcm, token: "t-1",
                data: JSONObject([("n", .number("1.5")), ("s", "text"), ("o", ["a": [true, nil]])]),
                overrides: overrides, priority: .high))
        #expect(
            message.text == #"""
                {"message":{"token":"t-1","notification":{"title":"Hello","body":"World","image":"https://shop.example/i.png"},\#
                "data":{"n":"1.5","s":"text","o":"{\"a\":[true,null]}","notificationId":"01980000-0000-7000-8000-000000000001"},\#
                "android":{"priority":"high","ttl":"3600s","collapse_key":"order-1","notification":{"sound":"default",\#
                "tag":"order-1","channel_id":"orders","notification_count":3}},\#
                "apns":{"headers":{"apns-push-type":"alert","apns-priority":"10","apns-expiration":"1769855460",\#
                "apns-collapse-id":"order-1"},"payload":{"aps":{"badge":3,"sound":"default","thread-id":"t"}}},\#
                "webpush":{"headers":{"Urgency":"high","TTL":"3600"},"fcm_options":{"link":"https://shop.example/o"}}}}
                """#)
    }

    @Test func silentMessageShowsNothingAndDoesNotHurry() throws {
        let message = try Self.message(
            .push(.fcm, token: "t", overrides: ["silent": true, "sound": "s", "badge": 1], priority: .critical))
        #expect(message["message"]?["notification"] == nil)
        #expect(message["message"]?["android"] == ["priority": "normal"])
        let apple: JSON = [
            "headers": ["apns-push-type": "background", "apns-priority": "5"],
            "payload": ["aps": ["content-available": 1]],
        ]
        #expect(message["message"]?["apns"] == apple)
    }

    @Test func lifeEndsWithTheNotification() throws {
        let message = try Self.message(
            .push(.fcm, token: "t", overrides: ["ttl": "1d"], expiresAt: Self.now.addingTimeInterval(90)))
        #expect(message["message"]?["android"]?["ttl"] == "90s")
        let late = try Self.message(.push(.fcm, token: "t", expiresAt: Self.now.addingTimeInterval(90 * 86_400)))
        #expect(late["message"]?["android"]?["ttl"] == "2419200s")
    }

    @Test(arguments: ["from", "message_type", "google.x", "gcm", "gcm.notification.a"])
    func reservedKeyIsRefusedHere(key: String) {
        let attempt = DeliveryAttempt.push(.fcm, token: "t", data: JSONObject([(key, "x")]))
        #expect { try Self.message(attempt) } throws: { ($0 as? PushMessage.Refusal)?.failure.code == "reservedKey" }
    }

    /// `notificationId` with its value takes 50 of the 4,096 bytes, `body` 4, `k` 1.
    @Test(arguments: [(4041, true), (4042, false)])
    func messageThatDoesNotFitIsRefusedHere(bytes: Int, fits: Bool) {
        let attempt = DeliveryAttempt.push(
            .fcm, token: "t", title: nil, body: "",
            data: JSONObject([("k", .string(String(repeating: "x", count: bytes)))]))
        #expect(((try? Self.message(attempt)) != nil) == fits)
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var outcome: String
        var wait: Duration?
        var testDescription: String { "\(status) \(body) \(outcome)" }

        init(_ status: Int, _ body: String, _ outcome: String, wait: Duration? = nil) {
            (self.status, self.body, self.outcome, self.wait) = (status, body, outcome, wait)
        }

        static func code(_ code: String, _ more: String = "") -> String {
            let type = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
            return
                #"{"error":{"code":1,"message":"m","status":"X","details":[{"@type":"\#(type)","errorCode":"\#(code)"}\#(more)]}}"#
        }

        static func status(_ status: String, message: String = "m") -> String {
            #"{"error":{"code":1,"message":"\#(message)","status":"\#(status)"}}"#
        }
    }

    private static let tokenViolation =
        #",{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.token"}]}"#

    @Test(arguments: [
        Answer(404, Answer.code("UNREGISTERED"), "invalidRecipient"),
        Answer(404, Answer.status("NOT_FOUND"), "rejected"),
        Answer(403, Answer.code("SENDER_ID_MISMATCH"), "invalidRecipient"),
        Answer(403, Answer.status("PERMISSION_DENIED"), "authentication"),
        Answer(400, Answer.code("INVALID_ARGUMENT", tokenViolation), "invalidRecipient"),
        Answer(400, Answer.code("INVALID_ARGUMENT"), "rejected"),
        Answer(
            400, Answer.status("INVALID_ARGUMENT", message: "The token is not a valid FCM registration token"),
            "invalidRecipient"),
        Answer(400, Answer.status("INVALID_ARGUMENT"), "rejected"),
        Answer(401, Answer.status("UNAUTHENTICATED"), "authentication"),
        Answer(401, Answer.code("THIRD_PARTY_AUTH_ERROR"), "authentication"),
        Answer(429, Answer.code("QUOTA_EXCEEDED"), "throttled", wait: .seconds(60)),
        Answer(429, Answer.status("RESOURCE_EXHAUSTED"), "throttled", wait: .seconds(60)),
        Answer(500, Answer.code("INTERNAL"), "retry"), Answer(503, Answer.code("UNAVAILABLE"), "retry"),
        Answer(502, "<html>Bad Gateway</html>", "retry"),
        Answer(200, #"{"name":"projects/shop-1/messages/1"}"#, "accepted"),
        Answer(404, Answer.code("SOMETHING_NEW"), "rejected"),
    ])
    func answerComesToItsOutcome(answer: Answer) {
        let response = OutboundResponse(
            status: answer.status, body: Array(answer.body.utf8))
        let outcome = FCMVerdict(response: response, number: 1, now: Self.now).outcome
        #expect(outcome.name == answer.outcome)
        if case .throttled(let after, _) = outcome { #expect(after == answer.wait) }
        if case .accepted(let id) = outcome { #expect(id == "projects/shop-1/messages/1") }
    }

    @Test func waitIsWhatFCMSaysButNeverTooShort() {
        func outcome(_ status: Int, _ retryAfter: String) -> DeliveryOutcome {
            let response = OutboundResponse(
                status: status, headers: [.retryAfter: retryAfter], body: [])
            return FCMVerdict(response: response, number: 1, now: Self.now).outcome
        }
        #expect(outcome(429, "120").wait == .seconds(120))
        #expect(outcome(503, "30").wait == .seconds(30))
        #expect(outcome(503, "1").wait == .seconds(10))
        for number in 1...9 {
            let response = OutboundResponse(status: 503, body: [])
            let wait = FCMVerdict(response: response, number: number, now: Self.now).outcome.wait ?? .zero
            let least = Duration.seconds(10) * (1 << min(number - 1, 6))
            #expect(wait >= least && wait <= least * 2)
        }
    }

    /// The first token is refused, the second one taken: four requests, and no third token.
    @Test func refusedTokenIsReplacedOnce() async throws {
        let replies = [
            Dialect.http.answer("200 OK", Self.token),
            Dialect.http.answer("401 Unauthorized", Answer.status("UNAUTHENTICATED")),
            Dialect.http.answer("200 OK", Self.token.replacing("ya29.1", with: "ya29.2")),
            Dialect.http.answer("200 OK", #"{"name":"projects/shop-1/messages/9"}"#),
        ]
        try await LoopbackServer.run(reply: { $0 < 4 ? .text(replies[$0]) : .close }) { server in
            try await withOutbound { outbound in
                let provider = FCMProvider(
                    configuration: try .test("http://127.0.0.1:\(server.port)"), outbound: outbound)
                let outcome = await provider.deliver(.push(.fcm, token: "t"))
                #expect(outcome == .accepted(providerMessageId: "projects/shop-1/messages/9"))
            }
            let firstLines = server.requests.map { $0.prefix { $0 != "\r\n" } }
            let send = "POST /v1/projects/shop-1/messages:send HTTP/1.1"
            #expect(firstLines == ["POST /token HTTP/1.1", "\(send)", "POST /token HTTP/1.1", "\(send)"])
            #expect(server.requests[1].contains("\r\nAuthorization: Bearer ya29.1\r\n"))
            #expect(server.requests[3].contains("\r\nAuthorization: Bearer ya29.2\r\n"))
        }
    }

    @Test(arguments: [
        ("400 Bad Request", #"{"error":"invalid_grant"}"#, "authentication"),
        ("401 Unauthorized", "", "authentication"),
        ("400 Bad Request", #"{"error":"temporarily_unavailable"}"#, "retry"), ("503 Service Unavailable", "", "retry"),
        ("429 Too Many Requests", "", "retry"), ("200 OK", "{}", "retry"), ("500 Internal Server Error", "", "retry"),
    ])
    func withoutATokenNothingIsSent(status: String, body: String, outcome: String) async throws {
        let reply = Dialect.http.answer(status, body)
        try await LoopbackServer.run(reply: { _ in .text(reply) }) { server in
            try await withOutbound { outbound in
                let provider = FCMProvider(
                    configuration: try .test("http://127.0.0.1:\(server.port)"), outbound: outbound)
                #expect(await provider.deliver(.push(.fcm, token: "t")).name == outcome)
            }
            #expect(server.requests.count == 1)
        }
    }

    /// As Google's token endpoint does: the signature by the account's key, its name for itself, an hour at most.
    @Test func assertionIsVerifiedByPyJWT() async throws {
        let configuration = try FCMConfiguration.test("http://127.0.0.1:1")
        let assertion = try configuration.account.assertion(at: .now)
        let script = """
            import jwt, sys
            claims = jwt.decode(sys.argv[1], sys.argv[2], algorithms=["RS256"],
                audience="https://oauth2.googleapis.com/token", options={"require": ["iss", "iat", "exp", "aud"]})
            assert claims["exp"] - claims["iat"] == 3600
            print(jwt.get_unverified_header(sys.argv[1])["kid"], claims["iss"], claims["scope"])
            """
        let key = try FCMConfiguration.testKey.get().publicKey.pemRepresentation
        let (status, output) = try await Python.run(script, [assertion, key])
        #expect(status == .exited(0))
        #expect(
            output
                == "key-1 belfry@shop-1.iam.gserviceaccount.com https://www.googleapis.com/auth/firebase.messaging")
    }

    @Test(arguments: [
        ("{", "the credentials are not the JSON of a service account"),
        (#"{"type":"authorized_user"}"#, "the credentials are not the JSON of a service account"),
        (#"{"type":"service_account"}"#, "the credentials have no project_id"),
        (#"{"type":"service_account","project_id":"a/b"}"#, "the project_id is not one"),
        (#"{"type":"service_account","project_id":"a","private_key":"x"}"#, "the private_key is not one of RSA in PEM"),
    ])
    func credentialsThatCannotWorkAreRefused(credentials: String, problem: String) throws {
        #expect(throws: ProvidersError.invalidSetting(provider: "fcm", problem: problem)) {
            try FCMConfiguration(credentials: credentials, url: ServiceURL(FCMConfiguration.defaultURL))
        }
    }

    private static func message(_ attempt: DeliveryAttempt) throws -> JSON {
        try FCMMessage(PushMessage(attempt, at: now)).json
    }
}

extension DeliveryOutcome {
    /// What it asks to wait; nil where it asks nothing.
    var wait: Duration? {
        switch self {
        case .retry(let after, _): after
        case .throttled(let after, _): after
        default: nil
        }
    }
}
