import Foundation
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct DiscordProviderTests {
    @Test(arguments: [("", "?wait=true"), ("?thread_id=7", "?thread_id=7&wait=true")])
    func requestIsTheDocumentedOne(query: String, sent: String) async throws {
        let attempt = try DeliveryAttempt.chat(.discord, "", overrides: #"{"discord":{"embeds":[{"title":"E"}]}}"#)
        let exchange = try await exchange(Exchange.answer("200 OK", #"{"id":"11"}"#), attempt, query: query)
        #expect(exchange.outcome == .accepted(providerMessageId: "11"))
        #expect(try exchange.request.hasPrefix("POST /api/webhooks/1/token\(sent) HTTP/1.1\r\n"))
        try await StrictPeer(
            #"""
            def check(request):
                request.asks("POST", "/api/webhooks/1/token")
                need(("wait", "true") in request.query, "wait")
                need(re.fullmatch(r"DiscordBot \(\S+, \S+\)", request.headers["user-agent"]), "user agent")
                need(request.json() == {"content": "Disk <1>\nA & B", "allowed_mentions": {"parse": []},
                    "embeds": [{"title": "E"}]}, "body")
            """#
        ).expectExactly(
            try exchange.request,
            changes: [
                ("/webhooks/", "/webhook/"), ("wait=true", "wait=false"), ("DiscordBot", "Bot"),
                ("application/json", "text/plain"), ("content\":", "contents\":"),
                ("\"parse\":[]", "\"parse\":[\"everyone\"]"),
            ])
    }

    @Test(arguments: [
        ("404 Not Found", #"{"code":10015}"#, "invalidRecipient 10015"),
        ("401 Unauthorized", #"{"code":50027}"#, "invalidRecipient 50027"),
        ("404 Not Found", #"{"code":10003}"#, "invalidRecipient 10003"),
        ("400 Bad Request", #"{"code":50035}"#, "rejected 50035"),
        ("400 Bad Request", #"{"code":220001}"#, "rejected 220001"),
        ("400 Bad Request", #"{"code":200000}"#, "rejected 200000"),
        ("400 Bad Request", #"{"code":40004}"#, "retry - 40004"),
        ("403 Forbidden", #"{"code":50013}"#, "authentication forbidden"),
        ("500 Internal Server Error", #"{"code":0}"#, "retry - serverError"),
        ("502 Bad Gateway", "<html>", "unknown serverError"), ("404 Not Found", "", "rejected rejected"),
        ("429 Too Many Requests", #"{"retry_after":64.57,"global":false}"#, "throttled 64 throttled"),
        ("429 Too Many Requests", #"{"retry_after":1e300}"#, "throttled 900 throttled"),
        ("429 Too Many Requests", #"{"retry_after":-1}"#, "throttled 0 throttled"),
        ("429 Too Many Requests", "", "throttled 9 throttled"),
    ])
    func errorComesToItsOutcome(status: String, body: String, outcome: String) async throws {
        let headers = status.hasPrefix("429") ? ["Retry-After: 9"] : []
        let answer = Exchange.answer(status, body, headers: headers)
        #expect(try await exchange(answer, .chat(.discord, "")).outcome.summary == outcome)
    }

    private func exchange(_ answer: String, _ attempt: DeliveryAttempt, query: String = "") async throws -> Exchange {
        try await Exchange(attempt, hook: "/api/webhooks/1/token" + query, answers: [answer]) { outbound, _ in
            DiscordProvider(outbound: outbound)
        }
    }
}
