import Foundation
import Notifications
import Outbound
import Testing

@testable import Providers

@Suite struct TelegramProviderTests {
    private static let sent = Exchange.answer("200 OK", #"{"ok":true,"result":{"message_id":5,"chat":{"id":-1001}}}"#)

    @Test func requestIsTheDocumentedOne() async throws {
        let attempt = try DeliveryAttempt.chat(
            .telegram, "-1001", overrides: #"{"telegram":{"disable_notification":true,"chat_id":"@other"}}"#)
        let exchange = try await exchange([Self.sent], attempt)
        #expect(exchange.outcome == .accepted(providerMessageId: "-1001:5"))
        try await StrictPeer(
            #"""
            def check(request):
                request.asks("POST", "/bot12:ab-C/sendMessage")
                need(request.json() == {"chat_id": -1001, "text": "Disk <1>\nA & B", "disable_notification": True}, "body")
            """#
        ).expectExactly(
            try exchange.request,
            changes: [
                ("/bot12:ab-C/", "/12:ab-C/"), ("sendMessage", "sendmessages"), ("application/json", "text/plain"),
                (":-1001", ":\"-1001x\""), ("\"text\"", "\"txt\""),
            ])
    }

    @Test func nameOfAChannelIsText() async throws {
        #expect(try await exchange([Self.sent], .chat(.telegram, "@news")).request.contains(#""chat_id":"@news""#))
    }

    @Test func groupThatMovedIsFollowedOnce() async throws {
        let moved = Exchange.answer(
            "400 Bad Request",
            #"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","#
                + #""parameters":{"migrate_to_chat_id":-100200}}"#)
        let exchange = try await exchange([moved, Self.sent], .chat(.telegram, "-7"))
        #expect(exchange.outcome.name == "accepted")
        try #require(exchange.requests.count == 2)
        #expect(
            exchange.requests[0].contains(#""chat_id":-7}"#) && exchange.requests[1].contains(#""chat_id":-100200}"#))
        let lost = try await self.exchange([moved], .chat(.telegram, "-7"))
        #expect(lost.outcome.summary == "rejected rejected" && lost.requests.count == 2)
    }

    @Test(arguments: [
        (429, "Too Many Requests: retry after 35", #","parameters":{"retry_after":35}"#, "throttled 35 throttled"),
        (400, "Bad Request: chat not found", "", "invalidRecipient chat"),
        (400, "Bad Request: PEER_ID_INVALID", "", "invalidRecipient chat"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "", "invalidRecipient chat"),
        (400, "Bad Request: message thread not found", "", "rejected rejected"),
        (400, "Bad Request: can't parse entities", "", "rejected rejected"),
        (400, "Bad Request: message is too long", "", "rejected rejected"),
        (401, "Unauthorized", "", "authentication authentication"),
        (403, "Forbidden: bot was blocked by the user", "", "invalidRecipient forbidden"),
        (403, "Forbidden: user is deactivated", "", "invalidRecipient forbidden"),
        (404, "Not Found", "", "authentication authentication"), (409, "Conflict", "", "authentication 409"),
        (421, "Misdirected Request", "", "authentication 421"),
        (500, "Internal Server Error", "", "retry - serverError"),
    ])
    func errorComesToItsOutcome(status: Int, description: String, more: String, outcome: String) async throws {
        let body = #"{"ok":false,"error_code":\#(status),"description":"\#(description)"\#(more)}"#
        let answer = Exchange.answer(
            "\(status) Error", body, headers: ["Retry-After: 40"].filter { _ in status == 429 })
        #expect(try await exchange([answer], .chat(.telegram, "7")).outcome.summary == outcome)
    }

    private func exchange(_ answers: [String], _ attempt: DeliveryAttempt) async throws -> Exchange {
        try await Exchange(attempt, answers: answers) { outbound, url in
            TelegramProvider(
                configuration: TelegramConfiguration(token: Secret("12:ab-C"), url: url), outbound: outbound)
        }
    }
}
