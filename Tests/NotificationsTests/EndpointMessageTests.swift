import Foundation
import Notifications
import Testing

@Suite struct EndpointMessageTests {
    private static let now = Date(timeIntervalSince1970: 1_769_851_860)
    private static let endpoint = UUID()

    private func event(
        _ status: String, previous: DeliveryStatus? = nil, outcome: String? = nil
    ) -> StatusEvent {
        StatusEvent(
            id: 7, notificationId: UUID(), tenant: "acme", userId: nil, channel: .email, route: .email, status: status,
            previous: previous, outcome: outcome, at: Self.now)
    }

    @Test func typeIsTheNewStatusOrWhatElseWasTold() {
        let cases: [(StatusEvent, String)] = [
            (event("sent", previous: .pending, outcome: "accepted"), "sent"),
            (event("delivered", previous: .sent, outcome: "delivered"), "delivered"),
            (event("delivered", outcome: "opened"), "opened"),
            (event("delivered", outcome: "delivered"), "delivered"),
            (event("pending", outcome: "retry"), "attempted"), (event("pending", outcome: "unknown"), "unknown"),
            (event("pending", previous: .failed, outcome: "redriven"), "redriven"),
            (event("pending", outcome: "redriven"), "redriven"),
            (event("sent", outcome: "deviceRemoved"), "deviceRemoved"),
            (event("read", previous: .unread), "read"), (event("cancelled", previous: .pending), "cancelled"),
        ]
        for (event, word) in cases {
            #expect(event.type == "notification.\(word)")
            #expect(StatusEvent.types.contains(event.type))
        }
        #expect(Set(StatusEvent.types).count == StatusEvent.types.count)
    }

    @Test func bodyIsTheEventInTheFormOfTheStandard() {
        let event = event("sent", previous: .pending, outcome: "accepted")
        let message = EndpointMessage(event, number: 7, to: Self.endpoint)
        #expect(message.id == "evt_7")
        #expect(
            JSON.object(message.body) == [
                "type": "notification.sent", "timestamp": "2026-01-31T09:31:00.000Z", "data": event.json,
            ])
    }

    @Test func notificationOfItIsBelfrysOwn() throws {
        let message = EndpointMessage(event("sent", previous: .pending), number: 7, to: Self.endpoint)
        let accepted = AcceptedNotification(message, tenant: "acme", at: Self.now)
        #expect(HouseTenant.isOne(accepted.tenant) && !HouseTenant.isOne("acme"))
        #expect(accepted.userId == nil && accepted.deliveries.map(\.route) == [.webhook])
        let content = NotificationContent(stored: try JSON(parsing: accepted.content.json.text))
        #expect(content.endpointMessage == message && content == accepted.content)
        #expect(content.cancellationKey == Self.endpoint.text && content.to == Recipient())
        #expect(content.expiresAt == Self.now.addingTimeInterval(5 * 86400))
    }

    @Test func envelopeHidesItsSecrets() {
        let message = EndpointMessage(testing: Self.endpoint, at: Self.now)
        let envelope = WebhookEnvelope(message, secrets: ["whsec_hush"])
        #expect(!"\(envelope) \(String(reflecting: envelope))".contains("hush"))
    }
}
