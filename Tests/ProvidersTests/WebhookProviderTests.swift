import Foundation
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

@Suite struct WebhookProviderTests {
    private static let oldSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let newSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
    private static let now = Date(timeIntervalSince1970: 1_769_851_860)

    private static let message = Message(
        type: .alert, priority: .high, title: "Disk \"full\"", body: nil,
        data: JSONObject([("b", 1), ("a", JSON.number("1.50"))]),
        overrides: JSONObject([("payload", ["x": [true, nil]]), ("other", "not sent")]),
        metadata: JSONObject([("order", "o-1")]))

    @Test func bodyIsTheDocumentedPayload() {
        let body = WebhookPayload.body(of: .test(message: Self.message))
        let expected =
            #"{"type":"notification","timestamp":"2026-01-31T09:30:00.000Z","data":{"#
            + #""notificationId":"01980000-0000-7000-8000-000000000001","tenant":"acme","type":"alert","#
            + #""priority":"high","title":"Disk \"full\"","data":{"b":1,"a":1.50},"metadata":{"order":"o-1"},"#
            + #""payload":{"x":[true,null]}}}"#
        #expect(String(decoding: body, as: UTF8.self) == expected)
    }

    @Test func attemptsDifferInNothingButTheTimeThatIsSigned() async throws {
        let ok = "HTTP/1.1 204 No Content\r\n\r\n"
        try await LoopbackServer.run(reply: { _ in .text(ok) }) { server in
            try await withOutbound { outbound in
                for number in 1...2 {
                    let now = Self.now.addingTimeInterval(Double(number))
                    let attempt = DeliveryAttempt.test(
                        target: .test("http://127.0.0.1:\(server.port)/hook"), message: Self.message, number: number)
                    let outcome = try await provider(outbound, at: now).deliver(attempt)
                    #expect(outcome == .accepted(providerMessageId: nil))
                }
            }
            let first = try #require(server.requests.first)
            let second = try #require(server.requests.last)
            #expect(server.requests.count == 2)
            #expect(header("webhook-id", of: first) == header("webhook-id", of: second))
            #expect(header("webhook-timestamp", of: first) == "1769851861")
            #expect(header("webhook-timestamp", of: second) == "1769851862")
            #expect(header("Content-Type", of: first) == "application/json")
            #expect(body(of: first) == body(of: second))
        }
    }

    @Test func receiverCanVerifyByTheOldAndByTheNewSecret() async throws {
        let ok = "HTTP/1.1 204 No Content\r\n\r\n"
        try await LoopbackServer.run(reply: { _ in .text(ok) }) { server in
            try await withOutbound { outbound in
                let target = Target.test("http://127.0.0.1:\(server.port)/hook")
                _ = try await provider(outbound, at: Self.now).deliver(.test(target: target))
            }
            let request = try #require(server.requests.first)
            let id = try #require(header("webhook-id", of: request))
            let signatures = try [Self.newSecret, Self.oldSecret].map {
                try WebhookSecret(parsing: $0, position: 1)
                    .signature(id: id, timestamp: 1_769_851_860, body: Array(body(of: request).utf8))
            }
            #expect(header("webhook-signature", of: request) == signatures.joined(separator: " "))
        }
    }

    @Test func idIsStableOverAttemptsAndNewForEveryRound() {
        let id = WebhookProvider.messageId(of: .test())
        #expect(id.wholeMatch(of: /msg_[0-9a-f]{32}/) != nil)
        #expect(WebhookProvider.messageId(of: .test(number: 4)) == id)
        #expect(WebhookProvider.messageId(of: .test(round: 2)) != id)
        #expect(WebhookProvider.messageId(of: .test(notification: 2)) != id)
    }

    @Test(arguments: [
        ("429 Too Many Requests", "7", DeliveryOutcome.throttled(after: .seconds(7), .answer(429, "throttled"))),
        ("429 Too Many Requests", "soon", .throttled(after: .seconds(60), .answer(429, "throttled"))),
        ("429 Too Many Requests", "1000000", .throttled(after: .seconds(900), .answer(429, "throttled"))),
        ("503 Service Unavailable", "30", .retry(after: .seconds(30), .answer(503, "unavailable"))),
        ("503 Service Unavailable", "-1", .retry(after: nil, .answer(503, "unavailable"))),
        (
            "503 Service Unavailable", "Sat, 31 Jan 2026 09:31:30 GMT",
            .retry(after: .seconds(30), .answer(503, "unavailable"))
        ),
        ("410 Gone", "5", .invalidRecipient(.answer(410, "gone", ": it is gone."))),
        ("404 Not Found", "5", .rejected(.answer(404, "rejected"))),
        ("302 Found", "5", .rejected(.answer(302, "redirect"))),
        ("502 Bad Gateway", "5", .unknown(.answer(502, "serverError"))),
    ])
    func answerComesToAnOutcomeWithItsWait(status: String, retryAfter: String, outcome: DeliveryOutcome) async throws {
        let reply = "HTTP/1.1 \(status)\r\nRetry-After: \(retryAfter)\r\nContent-Length: 0\r\n\r\n"
        try await LoopbackServer.run(reply: { _ in .text(reply) }) { server in
            try await withOutbound { outbound in
                let attempt = DeliveryAttempt.test(target: .test("http://127.0.0.1:\(server.port)/"))
                let came = try await provider(outbound, at: Self.now).deliver(attempt)
                #expect(came == outcome)
            }
        }
    }

    /// How an endpoint of a tenant's is set up now is not how it will be.
    @Test(arguments: [
        (400, "retry"), (401, "retry"), (403, "retry"), (404, "retry"), (302, "retry"), (503, "retry"),
        (429, "throttled"), (500, "unknown"), (410, "invalidRecipient"), (204, "accepted"),
    ])
    func endpointIsGivenUpOnlyWhenItIsGone(status: Int, outcome: String) async throws {
        let reply = "HTTP/1.1 \(status) x\r\n\(status == 204 ? "" : "Content-Length: 0\r\n")\r\n"
        try await LoopbackServer.run(reply: { _ in .text(reply) }) { server in
            try await withOutbound { outbound in
                let attempt = Self.telling("http://127.0.0.1:\(server.port)/")
                let came = try await provider(outbound, at: Self.now).deliver(attempt)
                #expect(came.name == outcome)
            }
        }
    }

    @Test(arguments: [("https://10.0.0.1/", "addressRefused"), ("http://example.com/", "urlRefused")])
    func endpointWhoseAddressIsNotAllowedJustNowIsTriedAgain(url: String, code: String) async throws {
        try await withOutbound { outbound in
            let outcome = try await provider(outbound, at: Self.now).deliver(Self.telling(url))
            #expect(outcome.name == "retry" && outcome.failure?.code == code)
        }
    }

    /// An attempt to tell an endpoint of an event.
    private static func telling(_ url: String) -> DeliveryAttempt {
        var attempt = DeliveryAttempt.test(target: .test(url))
        let message = EndpointMessage(testing: UUID(), at: now)
        attempt.envelope = WebhookEnvelope(message, secrets: [newSecret])
        return attempt
    }

    @Test(arguments: [
        ("https://10.0.0.1/", "addressRefused"), ("https://localhost/", "addressRefused"),
        ("http://example.com/", "urlRefused"), ("nonsense", "urlRefused"),
    ])
    func urlThatIsNotAllowedIsRejected(url: String, code: String) async throws {
        try await withOutbound { outbound in
            let outcome = try await provider(outbound, at: Self.now).deliver(.test(target: .test(url)))
            #expect(outcome.name == "rejected")
            #expect(outcome.failure?.code == code)
        }
    }

    @Test func addressOfAnotherKindIsRejected() async throws {
        try await withOutbound { outbound in
            let target = Target(id: "email", address: .email("a@example.com"))
            let outcome = try await provider(outbound, at: Self.now).deliver(.test(target: target))
            #expect(outcome == .rejected(.wrongAddress))
        }
    }

    @Test(arguments: OutboundError.Reason.allCases)
    func requestWithoutAnAnswerIsRetriedOnlyIfItDidNotLeave(reason: OutboundError.Reason) {
        let refused = reason == .addressRefused || reason == .urlRefused
        #expect(DeliveryOutcome(.notSent(reason)).name == (refused ? "rejected" : "retry"))
        #expect(DeliveryOutcome(.unknown(reason)).name == "unknown")
        #expect(DeliveryOutcome(.unknown(reason)).failure?.code == reason.rawValue)
    }

    @Test func endpointIsOneURLOfOneTenant() async throws {
        try await withOutbound { outbound in
            let provider = try provider(outbound, at: Self.now)
            let urls = ["https://a.test/1", "https://a.test/2", "https://a.test/1?b", "https://b.test/1"]
            var other = DeliveryAttempt.test(target: .test(urls[0]))
            other.tenant = "other"
            let attempts = urls.map { DeliveryAttempt.test(target: .test($0)) } + [other]
            let digests = attempts.compactMap(provider.endpoint)
            #expect(Set(digests).count == 5)
            #expect(digests.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil }, "it goes into a key of Redis")
            let again = DeliveryAttempt.test(target: .test(urls[0]), notification: 2, number: 3)
            #expect(provider.endpoint(of: again) == digests[0])
            let mail = DeliveryAttempt.test(target: Target(id: "email", address: .email("a@example.com")))
            #expect(provider.endpoint(of: mail) == nil)
        }
    }

    private func provider(_ outbound: OutboundClient, at now: Date) throws -> WebhookProvider {
        let configuration = try WebhookConfiguration(secrets: [Self.newSecret, Self.oldSecret])
        return WebhookProvider(configuration: configuration, outbound: outbound, now: { now })
    }

    private func header(_ name: String, of request: String) -> String? {
        let lines = request.split(separator: "\r\n")
        return lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    private func body(of request: String) -> String {
        request.firstRange(of: "\r\n\r\n").map { String(request[$0.upperBound...]) } ?? ""
    }
}

extension DeliveryFailure {
    fileprivate static func answer(_ status: Int, _ code: String, _ end: String = ".") -> DeliveryFailure {
        DeliveryFailure(code: code, detail: "The endpoint answered \(status)\(end)")
    }
}
