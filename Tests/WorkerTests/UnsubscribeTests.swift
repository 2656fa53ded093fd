import Notifications
import TestSupport
import Testing

@testable import Worker

/// Which messages offer a link to unsubscribe by.
struct UnsubscribeTests {
    @Test(arguments: [
        ("marketing", "https://x/t1/a@example.com"), ("transactional", nil), ("alert", nil), ("system", nil),
    ])
    func marketingByEmailOffersTheLinkOfItsAddress(type: String, url: String?) async throws {
        let asked = try await asked(
            ["to": ["email": "a@example.com"], "channels": ["email"], "type": .string(type), "title": "Hi"], on: .email)
        #expect(asked.map(\.unsubscribeURL) == [url])
    }

    @Test func aRetryOffersTheSame() async throws {
        let busy = DeliveryOutcome.retry(after: .zero, DeliveryFailure(code: "busy", detail: "Try later."))
        let asked = try await asked(
            ["to": ["email": "a@example.com"], "channels": ["email"], "type": "marketing", "title": "Hi"], on: .email,
            answers: [busy, .accepted(providerMessageId: "m")])
        #expect(asked.map(\.number) == [1, 2])
        #expect(asked.map(\.unsubscribeURL) == Array(repeating: "https://x/t1/a@example.com", count: 2))
    }

    @Test func otherChannelsOfferNone() async throws {
        let asked = try await asked(
            ["to": ["phone": "+46701234567"], "channels": ["sms"], "type": "marketing", "title": "Hi"], on: .sms)
        #expect(asked.map(\.unsubscribeURL) == [nil])
    }

    /// What the provider was asked until the only delivery was closed.
    private func asked(
        _ content: JSON, on route: Route, answers: [DeliveryOutcome] = [.accepted(providerMessageId: "m")]
    ) async throws -> [DeliveryAttempt] {
        let pipeline = try await Pipeline.make()
        let provider = ScriptedProvider([route.rawValue: answers])
        let recipient = Recipient(Fields(content["to"]?.object ?? JSONObject()))
        _ = try await pipeline.accept(content, to: recipient)
        try await pipeline.withWorker([route: [provider]]) {
            $0.unsubscribeURL = { address, tenant in "https://x/\(tenant)/\(address)" }
        } _: {
            try await eventually("it is done") { try await pipeline.openDeliveries() == 0 }
        }
        await pipeline.close()
        return provider.asked
    }
}
