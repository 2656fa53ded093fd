import API
import Foundation
import Notifications
import Testing

/// A request that must not be accepted, and what the caller is told.
struct RefusedRequest: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var body: String
    var status: Int
    var code: String
    /// As `field code`.
    var fields: [String]

    init(_ name: String, _ body: String, _ status: Int = 422, _ code: String = "invalidRequest", _ fields: String...) {
        testDescription = name
        self.body = body
        self.status = status
        self.code = code
        self.fields = fields
    }

    static let all = [
        RefusedRequest("malformed JSON", #"{"to":"#, 400, "malformedJson"),
        RefusedRequest("no JSON at all", "", 400, "malformedJson"),
        RefusedRequest("not an object", "[1]", 422, "invalidRequest", " wrongType"),
        RefusedRequest("unknown field", send(#""titel":"x""#), 422, "invalidRequest", "titel unknown"),
        RefusedRequest(
            "unknown field of a recipient", #"{"to":{"email":"a@example.org","mail":"x"},"title":"x"}"#, 422,
            "invalidRequest", "to.mail unknown"),
        RefusedRequest("wrong type", send(#""body":7"#), 422, "invalidRequest", "body wrongType"),
        RefusedRequest(
            "unknown channel", send(#""channels":["email","fax"]"#), 422, "invalidRequest", "channels[1] invalid"),
        RefusedRequest("missing recipient", #"{"title":"x"}"#, 422, "invalidRequest", "to missing"),
        RefusedRequest("recipient without an address", #"{"to":{},"title":"x"}"#, 422, "invalidRequest", "to missing"),
        RefusedRequest("no text", #"{"to":{"email":"a@example.org"}}"#, 422, "invalidRequest", "title missing"),
        RefusedRequest(
            "1,001 recipients", #"{"to":[\#(recipients(1001))],"title":"x"}"#, 422, "invalidRequest", "to tooMany"),
        RefusedRequest("NUL in a title", send(#""title":"x\u0000""#), 422, "invalidRequest", "title invalid"),
        RefusedRequest("NUL in a name", send(#""data":{"a\u0000b":1}"#), 422, "invalidRequest", "data invalid"),
        RefusedRequest(
            "NUL deep down", send(#""data":{"a":[1,{"b":"\u0000"}]}"#), 422, "invalidRequest", "data.a[1].b invalid"),
        RefusedRequest(
            "webhook to this machine", #"{"to":{"webhookUrl":"https://127.0.0.1/x"},"title":"x"}"#, 422,
            "invalidRequest", "to.webhookUrl invalid"),
        RefusedRequest(
            "webhook in a list",
            #"{"to":[{"email":"a@example.org"},{"webhookUrl":"http://example.org/"}],"title":"x"}"#, 422,
            "invalidRequest", "to[1].webhookUrl invalid"),
        RefusedRequest(
            "chat webhook to this machine", #"{"to":{"chat":{"slack":"https://127.0.0.1/x"}},"title":"x"}"#, 422,
            "invalidRequest", "to.chat.slack invalid"),
        RefusedRequest(
            "Web Push to this machine",
            #"{"to":{"devices":[{"id":"a","route":"push.web","subscription":{"endpoint":"https://[::1]/","keys":{"p256dh":"\#(subscriptionKey)","auth":"BTBZMqHH6r4Tts7J_aSIgg"}}}]},"title":"x"}"#,
            422, "invalidRequest", "to.devices[0].subscription.endpoint invalid"),
        RefusedRequest(
            "line break in a subject", send(#""overrides":{"email":{"subject":"x\r\nBcc: y@example.org"}}"#), 422,
            "invalidRequest", "overrides.email.subject invalid"),
        RefusedRequest(
            "line break in a title that becomes a subject", send(#""title":"x\nBcc: y@example.org""#), 422,
            "invalidRequest", "title invalid"),
        RefusedRequest(
            "several things wrong with an e-mail",
            send(#""overrides":{"email":{"headers":{"Bcc":"y@example.org"},"cc":["<z>"],"tracking":true}}"#), 422,
            "invalidRequest", "overrides.email.tracking unknown", "overrides.email.cc[0] invalid",
            "overrides.email.headers.Bcc invalid"),
        RefusedRequest(
            "Web Push to nowhere",
            #"{"to":{"devices":[{"id":"a","route":"push.web","subscription":{}}]},"title":"x"}"#, 422,
            "invalidRequest", "to.devices[0].subscription.endpoint missing",
            "to.devices[0].subscription.keys missing"),
        RefusedRequest(
            "badge that is none", send(#""overrides":{"push":{"badge":-1,"colour":"red"}}"#), 422, "invalidRequest",
            "overrides.push.badge invalid", "overrides.push.colour unknown"),
        RefusedRequest(
            "unknown user", #"{"to":{"userId":"nobody"},"title":"x"}"#, 422, "invalidRequest", "to.userId invalid"),
        RefusedRequest(
            "nobody of a list is known", #"{"to":[{"userId":"a"},{"userId":"b"}],"title":"x"}"#, 422,
            "invalidRequest", "to[0].userId invalid", "to[1].userId invalid"),
        RefusedRequest(
            "several at once", #"{"to":{"email":"a"},"title":7,"priority":"asap"}"#, 422, "invalidRequest",
            "to.email invalid", "priority invalid", "title wrongType", "title missing"),
        RefusedRequest(
            "too large for one", #"{"to":{"email":"a@example.org"},"title":"x","data":{"x":"\#(padding(300_000))"}}"#,
            413, "bodyTooLarge"),
        RefusedRequest("too large for any", send(#""data":{"x":"\#(padding(3_000_000))"}"#), 413, "bodyTooLarge"),
        RefusedRequest(
            "too large times many",
            #"{"to":[\#(recipients(900))],"title":"x","data":{"x":"\#(padding(10_000))"}}"#, 413, "bodyTooLarge"),
    ]

    private static let subscriptionKey = String(repeating: "BA", count: 43) + "A"

    /// A body that would be fine but for `member`.
    private static func send(_ member: String) -> String {
        #"{"to":{"email":"a@example.org"},"title":"x",\#(member)}"#
    }

    private static func recipients(_ count: Int) -> String {
        (0..<count).map { #"{"email":"u\#($0)@example.org"}"# }.joined(separator: ",")
    }

    private static func padding(_ bytes: Int) -> String { String(repeating: "x", count: bytes) }
}

struct RefusedRequestTests {
    @Test func everyRefusalNamesItsFieldsAndStoresNothing() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for refused in RefusedRequest.all {
                let answer = try await client.send("POST", "/v1/notifications", bytes: Array(refused.body.utf8))
                #expect(answer.status == refused.status, "\(refused.testDescription): \(answer.body.text)")
                #expect(answer.code == refused.code, "\(refused.testDescription)")
                #expect(Set(answer.fields) == Set(refused.fields), "\(refused.testDescription)")
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
            #expect(try await api.rows() == 0)
        }
    }

    @Test func nothingReachableIsRefused() async throws {
        try await withAPI(configure: { $0.providedRoutes = [.sms] }) { api in
            let answer = try await api.client().send(
                "POST", "/v1/notifications", ["to": ["email": "a@example.org"], "title": "x"])
            #expect(answer.status == 422)
            #expect(answer.body["errors"]?.array?.first?["detail"] == "has no address for any channel")
            #expect(answer.fields == ["to invalid"])
            #expect(try await api.rows() == 0)
        }
    }

    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
    func bodyOfAnotherTypeIsRefused(type: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send(
                "POST", "/v1/notifications", ["to": ["email": "a@example.org"], "title": "x"],
                headers: ["content-type": type])
            #expect(answer.status == 415)
            #expect(answer.code == "unsupportedMediaType")
            #expect(try await api.rows() == 0)
        }
    }

    @Test func bodyWithAParameterOfItsTypeIsTaken() async throws {
        try await withAPI { api in
            let answer = try await api.client().send(
                "POST", "/v1/notifications", ["to": ["email": "a@example.org"], "title": "x"],
                headers: ["content-type": "Application/JSON; charset=utf-8"])
            #expect(answer.status == 202)
        }
    }

    @Test func problemSaysAllThatAProgramNeeds() async throws {
        try await withAPI { api in
            let answer = try await api.client().send(
                "POST", "/v1/notifications?x=secret", ["title": "x"], headers: ["x-request-id": "abc-1.2_3"])
            #expect(
                answer.body == [
                    "type": "urn:belfry:problem:invalidRequest", "title": "The request is not valid", "status": 422,
                    "detail": "1 field is not valid.", "instance": "/v1/notifications", "code": "invalidRequest",
                    "retryable": false,
                    "errors": [["field": "x", "code": "unknown", "detail": "is not a known parameter"]],
                    "requestId": "abc-1.2_3",
                ])
            #expect(answer.headers["x-request-id"] == "abc-1.2_3")
        }
    }
}
