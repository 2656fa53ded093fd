import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

/// One attempt, what it sent, and what it came to.
struct Exchange {
    /// The requests, in their order.
    var requests: [String]
    var outcome: DeliveryOutcome

    /// The only request.
    var request: String {
        get throws {
            try #require(requests.count == 1)
            return requests[0]
        }
    }

    /// Makes an attempt by a provider whose other side gives these answers, one after the other.
    ///
    /// - Parameter hook: a path of that side, if its URL is the address of the attempt.
    init(
        _ attempt: DeliveryAttempt, hook: String? = nil, answers: [String],
        make: (OutboundClient, _ url: ServiceURL) throws -> any Provider
    ) async throws {
        var outcome: DeliveryOutcome?
        requests = try await LoopbackServer.run(reply: { .text(answers[min($0, answers.count - 1)]) }) { server in
            let url = "http://127.0.0.1:\(server.port)"
            var attempt = attempt
            if let hook { attempt.target.address = .chat(url + hook) }
            try await withOutbound { outbound in
                outcome = try await make(outbound, ServiceURL(url)).deliver(attempt)
            }
            return server.requests
        }
        self.outcome = try #require(outcome)
    }

    /// An answer of HTTP.
    static func answer(_ status: String, _ body: String = "", headers: [String] = []) -> String {
        (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers).joined(separator: "\r\n")
            + "\r\n\r\n" + body
    }
}

extension DeliveryAttempt {
    /// An SMS with this text.
    static func sms(_ text: String, type: NotificationType = .transactional) -> DeliveryAttempt {
        let message = Message(type: type, priority: .medium, title: nil, body: text)
        return .test(route: .sms, target: Target(id: "sms", address: .phone("+46701234567")), message: message)
    }

    /// A message in a chat, with these overrides as JSON.
    static func chat(_ route: Route, _ address: String, overrides: String = "{}") throws -> DeliveryAttempt {
        let message = Message(
            type: .alert, priority: .high, title: "Disk <1>", body: "A & B",
            overrides: try JSON(parsing: overrides).object)
        return .test(route: route, target: Target(id: "chat", address: .chat(address)), message: message)
    }

    /// An e-mail to Ann, with these overrides as JSON.
    static func email(_ overrides: String = "{}", title: String? = "Hello", body: String? = "World") throws
        -> DeliveryAttempt
    {
        let message = Message(
            type: .transactional, priority: .medium, title: title, body: body,
            overrides: try JSON(parsing: overrides).object)
        let target = Target(id: "email", address: .email("ann@example.org"))
        return .test(route: .email, target: target, message: message)
    }

    /// All that an e-mail can say.
    static let fullEmail = """
        {"subject":"Grüße","text":"Text","html":"<p>Grüße <img src='cid:logo'>","from":"Åsa <asa@example.com>",
         "replyTo":"Help <help@example.com>","cc":["Cy <cy@example.org>","ann@example.org"],"bcc":["bo@example.org"],
         "headers":{"X-Campaign":"Höst","X-Plain":"1"},
         "attachments":[{"filename":"räkning.txt","contentType":"text/plain","content":"aGVq"},
            {"filename":"logo.png","contentType":"image/png","content":"aVBORw==","contentId":"logo"}],
         "listUnsubscribe":["https://example.com/u?a=1","mailto:u@example.com"]}
        """
}
