import API
import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct ReceiptEndpointTests {
    /// Believes bodies that begin with its secret; the rest is the message's id.
    struct Parser: ReceiptParser {
        func read(_ callback: ReceiptCallback) async throws(ReceiptRefusal) -> ReceiptReading {
            if callback.method == "GET" { return ReceiptReading(answer: callback.query["challenge"]) }
            let text = String(decoding: callback.body, as: UTF8.self)
            guard callback.headers["x-signature"] == "right" else { throw .unsigned("The signature is wrong.") }
            guard callback.url == "https://notify.example.org/v1/receipts/post?a=b" else {
                throw .malformed(callback.url)
            }
            return ReceiptReading(receipts: [Receipt(messageId: text, kind: .delivered, at: callback.now)])
        }
    }

    private func withParser(_ body: (TestAPI) async throws -> Void) async throws {
        try await withAPI {
            $0.receiptParsers = ["post": Parser()]
            $0.publicURL = "https://notify.example.org"
        } _: { api in
            try await body(api)
        }
    }

    @Test func receiptIsWrittenAndToldBeforeItIsConfirmed() async throws {
        try await withParser { api in
            let client = try await api.client()
            let id = try await client.post(["to": ["email": "a@example.org"], "channels": ["email"], "title": "x"])
            try await api.take(id, as: "m-7")
            let answer = try await api.tell("m-7", signature: "right")
            #expect(answer.status == 204)
            let document = try await client.send("GET", "/v1/notifications/\(id)").body
            #expect(document["channels"]?["email"]?["status"] == "delivered")
            #expect(document["status"] == "delivered")
            let events = try await client.send("GET", "/v1/notifications/\(id)/events").body["events"]
            #expect(events?.array?.map { $0["outcome"] } == ["delivered"])
        }
    }

    @Test func whatIsNotSignedChangesNothing() async throws {
        try await withParser { api in
            let client = try await api.client()
            let id = try await client.post(["to": ["email": "a@example.org"], "channels": ["email"], "title": "x"])
            try await api.take(id, as: "m-7")
            let before = try await api.rows()
            let answer = try await api.tell("m-7", signature: "wrong")
            #expect(answer.status == 401)
            #expect(answer.code == "invalidSignature")
            #expect(try await api.rows() == before)
            let document = try await client.send("GET", "/v1/notifications/\(id)").body
            #expect(document["channels"]?["email"]?["status"] == "pending")
            let malformed = try await api.tell("m-7", signature: "right", query: "")
            #expect(malformed.status == 400)
            #expect(malformed.code == "malformedReceipt")
        }
    }

    @Test func providersWithoutReceiptsAreNotThere() async throws {
        try await withParser { api in
            let answer = try await api.tell("m-7", to: "other", signature: "right")
            #expect(answer.status == 404)
        }
    }

    @Test func whoAsksWhetherWeAreThereIsAnswered() async throws {
        try await withParser { api in
            let answer = try await Client(url: api.url).send("GET", "/v1/receipts/post?challenge=4711")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "text/plain; charset=utf-8")
            #expect(answer.body == 4711)
        }
    }
}

extension TestAPI {
    /// Enters the message that a provider took for a notification's e-mail.
    fileprivate func take(_ id: String, as messageId: String) async throws {
        try await pool.query(
            """
            INSERT INTO provider_messages (provider, message_id, notification_id, route, target, round, attempt)
            VALUES ('post', \(messageId), \(UUID(uuidString: id) ?? UUID()), 'email', 'email', 1, 1)
            """)
    }

    fileprivate func tell(
        _ messageId: String, to provider: String = "post", signature: String, query: String = "?a=b"
    ) async throws -> Client.Answer {
        try await Client(url: url).send(
            "POST", "/v1/receipts/\(provider)\(query)", bytes: Array(messageId.utf8),
            headers: ["x-signature": signature, "content-type": "text/plain"])
    }
}
