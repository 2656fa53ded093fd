import Documents
import Foundation
import Notifications
import Testing

@Suite struct NotificationStoreTests {
    @Test func theDocumentHasItsContentAndEveryChannel() async throws {
        try await withDatabase { database in
            let to = try JSON(
                parsing: """
                    {"userId": "ada", "email": "ada@example.org",
                     "devices": [{"id": "phone", "route": "push.fcm", "token": "t"}]}
                    """)
            let sample = try await database.accept(
                Sample.notification(["data": ["order": 8812], "metadata": ["source": "test"]], to: to))
            _ = try await database.record(database.permits().grant(sample.id, on: .fcm).settled())
            let store = NotificationStore(pool: database.pool)
            let document = try #require(try await store.document(sample.id, tenant: "acme"))
            #expect(try document.json == expected(sample, to: to))
        }
    }

    private func expected(_ sample: AcceptedNotification, to: JSON) throws -> JSON {
        let moment = Timestamp.text(Sample.moment)
        let expiry = Timestamp.text(Sample.moment.addingTimeInterval(72 * 3600))
        return try JSON(
            parsing: """
                {"id": "\(sample.id.text)", "status": "pending", "createdAt": "\(moment)", "to": \(to.text),
                 "type": "transactional", "priority": "medium", "title": "Hello", "body": "It works.",
                 "data": {"order": 8812}, "metadata": {"source": "test"}, "delivery": "atLeastOnce",
                 "expiresAt": "\(expiry)",
                 "channels": {
                    "push": {
                        "status": "sent", "attempts": 1, "provider": "simulator", "sentAt": "\(moment)",
                        "deliveredAt": null, "error": null, "routes": {"push.fcm": {"status": "sent"}},
                        "deviceCount": 1, "successCount": 1, "failureCount": 0,
                        "devices": {"phone": {
                            "status": "sent", "route": "push.fcm", "attempts": 1, "provider": "simulator",
                            "providerMessageId": "m-phone", "error": null}}},
                    "email": {
                        "status": "pending", "attempts": 0, "provider": null, "providerMessageId": null,
                        "sentAt": null, "deliveredAt": null, "error": null},
                    "inApp": {"status": "unread", "readAt": null, "error": null}}}
                """)
    }

    @Test func anAcceptedDocumentReadsAsItWasAnswered() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(to: Sample.manyAddresses))
            let stored = try await NotificationStore(pool: database.pool).document(sample.id, tenant: "acme")
            #expect(stored?.json == NotificationDocument(sample).json)
        }
    }

    @Test func whileAWorkerHoldsAPermitItIsProcessing() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(to: Sample.manyAddresses))
            let store = NotificationStore(pool: database.pool)
            let permit = try await database.permits().grant(sample.id, on: .sms)
            let document = try #require(try await store.document(sample.id, tenant: "acme"))
            #expect(document.processing == [.sms])
            #expect(document.json["status"] == "processing")
            #expect(document.json["channels"]?["sms"]?["status"] == "processing")
            #expect(document.json["channels"]?["email"]?["status"] == "pending")
            #expect(document.channels[.sms]?.status == .pending, "it is not written into the document")

            try await database.permits().giveBack([permit])
            #expect(try await store.document(sample.id, tenant: "acme")?.json["status"] == "pending")
        }
    }

    @Test func aForeignOrUnknownIdIsNothing() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = NotificationStore(pool: database.pool)
            #expect(try await store.document(sample.id, tenant: "globex")?.id == nil)
            #expect(try await store.document(.version7(at: Date()), tenant: "acme")?.id == nil)
            #expect(try await store.document(UUID(), tenant: "acme")?.id == nil)
        }
    }
}
