import Foundation
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct SlackProviderTests {
    private static let posted = Exchange.answer(
        "200 OK", #"{"ok":true,"channel":"C024BE91L","ts":"1700000000.000100","message":{}}"#)

    @Test func appPostsToTheChannel() async throws {
        let attempt = try DeliveryAttempt.chat(
            .slack, "C024BE91L", overrides: #"{"slack":{"blocks":[{"type":"divider"}],"channel":"C0","token":"x"}}"#)
        let exchange = try await exchange(Self.posted, attempt)
        #expect(exchange.outcome == .accepted(providerMessageId: "C024BE91L:1700000000.000100"))
        try await StrictPeer(
            #"""
            def check(request):
                request.asks("POST", "/api/chat.postMessage")
                request.has("authorization", "Bearer xoxb-1")
                request.has("content-type", "application/json; charset=utf-8")
                body = members(request.json(), ["channel", "text"], ["blocks"])
                need(body == {"channel": "C024BE91L", "text": "Disk &lt;1&gt;\nA &amp; B",
                    "blocks": [{"type": "divider"}]}, "body")
            """#
        ).expectExactly(
            try exchange.request,
            changes: [
                ("chat.postMessage", "chat.post"), ("Bearer xoxb-1", "Bearer xoxb-2"), ("; charset=utf-8", ""),
                ("\"channel\"", "\"chanel\""), ("&lt;", "<"), ("&amp;", "&"), ("blocks", "block"),
            ])
    }

    @Test func webhookNeedsNoTokenAndSaysNoChannel() async throws {
        let outcome = Exchange.answer("200 OK", "ok")
        let attempt = try DeliveryAttempt.chat(
            .slack, "", overrides: #"{"slack":{"channel":"C0","thread_ts":"1.2"}}"#)
        let exchange = try await exchange(outcome, attempt, token: nil, hook: "/services/T0/B0/x")
        #expect(exchange.outcome == .accepted(providerMessageId: nil))
        try await StrictPeer(
            #"""
            def check(request):
                request.asks("POST", "/services/T0/B0/x")
                need("authorization" not in request.headers, "token")
                need(request.json() == {"text": "Disk &lt;1&gt;\nA &amp; B", "thread_ts": "1.2"}, "body")
            """#
        ).expectExactly(
            try exchange.request,
            changes: [("/services", "/service"), ("application/json", "text/plain"), ("\"text\"", "\"txt\"")])
    }

    @Test func channelWithoutATokenIsOurFault() async throws {
        let exchange = try await exchange(Self.posted, .chat(.slack, "C1"), token: nil)
        #expect(exchange.outcome.summary == "authentication notConfigured")
        #expect(exchange.requests.isEmpty)
    }

    @Test(arguments: [
        ("ratelimited", "throttled 30"), ("internal_error", "retry 30"), ("fatal_error", "unknown"),
        ("invalid_auth", "authentication"), ("missing_scope", "authentication"),
        ("channel_not_found", "invalidRecipient"), ("is_archived", "invalidRecipient"),
        ("not_in_channel", "invalidRecipient"), ("restricted_action", "invalidRecipient"),
        ("invalid_blocks", "rejected"), ("msg_too_long", "rejected"),
    ])
    func failureInsideA200ComesToItsOutcome(error: String, outcome: String) async throws {
        let answer = Exchange.answer("200 OK", #"{"ok":false,"error":"\#(error)"}"#, headers: ["Retry-After: 30"])
        #expect(try await exchange(answer, .chat(.slack, "C1")).outcome.summary == "\(outcome) \(error)")
    }

    @Test(arguments: [
        ("200 OK", #"{"ok":false,"error":"something_new"}"#, "rejected rejected"),
        ("200 OK", "{}", "unknown malformed"), ("200 OK", "<html>", "unknown malformed"),
        ("429 Too Many Requests", "", "throttled 60 throttled"),
        ("500 Internal Server Error", "", "unknown serverError"),
    ])
    func answerThatIsNoWordIsJudgedByWhatItIs(status: String, body: String, outcome: String) async throws {
        #expect(try await exchange(Exchange.answer(status, body), .chat(.slack, "C1")).outcome.summary == outcome)
    }

    @Test(arguments: [
        ("400 Bad Request", "invalid_payload", "rejected invalid_payload"),
        ("403 Forbidden", "action_prohibited", "authentication action_prohibited"),
        ("404 Not Found", "no_service", "invalidRecipient no_service"),
        ("410 Gone", "channel_is_archived", "invalidRecipient channel_is_archived"),
        ("429 Too Many Requests", "rate_limited", "throttled 60 throttled"),
        ("500 Internal Server Error", "rollup_error", "retry - rollup_error"),
        ("503 Service Unavailable", "", "retry - unavailable"), ("404 Not Found", "", "rejected rejected"),
        ("302 Found", "", "rejected redirect"),
    ])
    func webhooksWordComesToItsOutcome(status: String, word: String, outcome: String) async throws {
        let exchange = try await exchange(
            Exchange.answer(status, word), .chat(.slack, ""), hook: "/services/T0/B0/x")
        #expect(exchange.outcome.summary == outcome)
    }

    /// With a `hook` the address is the URL of a webhook.
    private func exchange(
        _ answer: String, _ attempt: DeliveryAttempt, token: String? = "xoxb-1", hook: String? = nil
    ) async throws -> Exchange {
        try await Exchange(attempt, hook: hook, answers: [answer]) { outbound, url in
            SlackProvider(
                configuration: SlackConfiguration(token: token.map { Secret($0) }, url: url), outbound: outbound)
        }
    }
}
