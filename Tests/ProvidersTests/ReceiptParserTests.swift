import Foundation
import Notifications
import Testing

@testable import Providers

@Suite struct ReceiptParserTests {
    /// A body of each provider that tells of one delivered message, and the message's id.
    static let delivered: [(provider: String, body: String, id: String)] = [
        ("sendgrid", #"[{"event":"delivered","sg_message_id":"m.1.filter01.2","timestamp":1769851800}]"#, "m.1"),
        (
            "mailgun",
            #"{"event":"delivered","timestamp":1769851800.5,"message":{"headers":{"message-id":"m@x"}}}"#, "<m@x>"
        ),
        ("twilio", "MessageSid=SM1&MessageStatus=delivered&To=%2B4670&AccountSid=AC1", "SM1"),
        ("vonage", #"{"message_uuid":"u1","status":"delivered","timestamp":"2026-01-31T09:30:00.000Z"}"#, "u1"),
        (
            "whatsApp",
            #"{"entry":[{"changes":[{"value":{"statuses":[{"id":"wamid.1","status":"delivered"}]}}]}]}"#, "wamid.1"
        ),
        ("ses", ses(#"{"eventType":"Delivery","mail":{"messageId":"s-1"},"delivery":{}}"#), "s-1"),
    ]

    static func ses(_ message: String, topic: String = "arn:aws:sns:eu-west-1:1:mail", version: String = "2") -> String
    {
        let envelope: JSON = [
            "Type": "Notification", "MessageId": "1", "TopicArn": .string(topic), "Message": .string(message),
            "Timestamp": "2026-01-31T09:30:00.000Z", "SignatureVersion": .string(version),
            "SigningCertURL": "https://sns.eu-west-1.amazonaws.com/key.pem",
        ]
        return envelope.text
    }

    @Test(arguments: delivered.map(\.provider))
    func whatTheProviderSignedIsBelieved(provider: String) async throws {
        let known = try #require(Self.delivered.first { $0.provider == provider })
        let sample = try await ReceiptPeer.sample(provider, body: known.body)
        let reading = try await sample.parser.read(sample.callback)
        #expect(reading.receipts.map(\.messageId) == [known.id])
        #expect(reading.receipts.map(\.kind) == [.delivered])
        #expect(reading.receipts.map(\.failure) == [nil])
    }

    @Test(arguments: delivered.map(\.provider))
    func whatWasChangedOnTheWayIsNot(provider: String) async throws {
        let known = try #require(Self.delivered.first { $0.provider == provider })
        let sample = try await ReceiptPeer.sample(provider, body: known.body)
        // Mailgun signs a time and a token and nothing else of the body.
        let mark = provider == "mailgun" ? #""token": ""# : known.id.prefix(2)
        var changed = sample.callback
        let text = String(decoding: changed.body, as: UTF8.self)
        let place = try #require(text.range(of: mark)?.upperBound)
        changed.body = Array((text[..<place] + "x" + text[place...]).utf8)
        await #expect(throws: ReceiptRefusal.self) { try await sample.parser.read(changed) }
        for header in sample.signedHeaders {
            var without = sample.callback
            without.headers[header] = nil
            await #expect(throws: ReceiptRefusal.self) { try await sample.parser.read(without) }
            var other = sample.callback
            other.headers[header]? += "A"
            await #expect(throws: ReceiptRefusal.self) { try await sample.parser.read(other) }
        }
        var empty = sample.callback
        empty.body = []
        await #expect(throws: ReceiptRefusal.self) { try await sample.parser.read(empty) }
    }

    @Test(arguments: ["mailgun", "vonage"]) func oldSignaturesAreRefused(provider: String) async throws {
        let known = try #require(Self.delivered.first { $0.provider == provider })
        for seconds in [-301, 301] {
            let sample = try await ReceiptPeer.sample(provider, body: known.body, signedAt: seconds)
            await #expect(throws: ReceiptRefusal.unsigned("The signature is not of the last five minutes.")) {
                try await sample.parser.read(sample.callback)
            }
        }
    }

    @Test(arguments: [
        ("sendgrid", #"[{"event":"bounce","sg_message_id":"m","reason":"550 no ada@example.org"}]"#, "550 no …"),
        (
            "mailgun",
            #"{"event":"failed","severity":"permanent","reason":"old","message":{"headers":{"message-id":"m"}}}"#, "old"
        ),
        (
            "twilio", "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005",
            "Twilio did not deliver it: error 30005."
        ),
        (
            "vonage", #"{"message_uuid":"u1","status":"rejected","error":{"title":"1050"}}"#,
            "Vonage did not deliver it: error 1050."
        ),
        (
            "whatsApp",
            #"{"entry":[{"changes":[{"value":{"statuses":[{"id":"w","status":"failed","errors":[{"code":131026}]}]}}]}]}"#,
            "WhatsApp did not deliver it: error 131026."
        ),
        (
            "ses",
            ses(
                #"{"notificationType":"Bounce","mail":{"messageId":"s"},"bounce":{"bounceType":"Permanent","bounceSubType":"NoEmail"}}"#
            ), "Amazon SES says: Permanent.NoEmail."
        ),
    ])
    func bounceSaysWhyWithoutWhom(provider: String, body: String, detail: String) async throws {
        let sample = try await ReceiptPeer.sample(provider, body: body)
        let receipts = try await sample.parser.read(sample.callback).receipts
        #expect(receipts.map(\.kind) == [.bounced])
        #expect(receipts.first?.failure?.detail == detail)
    }

    @Test func sendGridTellsManyAtOnceAndMuchThatIsNoReceipt() async throws {
        let words = ["processed", "open", "click", "spamreport", "unsubscribe", "deferred", "dropped"]
        let reference = "01980000-0000-7000-8000-000000000001:email:email:1"
        let events = words.map { #"{"event":"\#($0)","sg_message_id":"m","belfry_reference":"\#(reference)"}"# }
        let sample = try await ReceiptPeer.sample("sendgrid", body: "[\(events.joined(separator: ","))]")
        let receipts = try await sample.parser.read(sample.callback).receipts
        #expect(receipts.map(\.kind) == [.opened, .clicked, .complained, .unsubscribed, .bounced])
        #expect(Set(receipts.map(\.reference)) == [DeliveryReference(text: reference)])
    }

    @Test func twilioMayNameItsOwnPort() async throws {
        let known = try #require(Self.delivered.first { $0.provider == "twilio" })
        let sample = try await ReceiptPeer.sample("twilio", body: known.body)
        var callback = sample.callback
        callback.url = callback.url.replacing("example.org/", with: "example.org:443/")
        #expect(try await sample.parser.read(callback).receipts.count == 1)
        callback.url = callback.url.replacing(":443/", with: ":8443/")
        await #expect(throws: ReceiptRefusal.self) { try await sample.parser.read(callback) }
    }

    @Test func whatsAppIsGreetedOnlyWithTheAgreedWord() throws {
        let parser = WhatsAppReceipts(appSecret: "secret", verifyToken: "word")
        func greet(_ word: String) throws -> ReceiptReading {
            let query = ["hub.mode": "subscribe", "hub.challenge": "4711", "hub.verify_token": word]
            return try parser.read(
                ReceiptCallback(
                    method: "GET", url: ReceiptPeer.url, query: query, headers: [:], body: [], now: ReceiptPeer.now))
        }
        #expect(try greet("word") == ReceiptReading(answer: "4711"))
        #expect(throws: ReceiptRefusal.unsigned("The verify token is wrong.")) { try greet("ward") }
        #expect(throws: ReceiptRefusal.self) { try greet("") }
    }

    @Test func sesBelievesOnlyItsOwnTopicAndAmazonsCertificates() async throws {
        let message = #"{"eventType":"Delivery","mail":{"messageId":"s-1"}}"#
        let first = try await ReceiptPeer.sample("ses", body: Self.ses(message, version: "1"))
        #expect(try await first.parser.read(first.callback).receipts.count == 1)
        let other = try await ReceiptPeer.sample("ses", body: Self.ses(message, topic: "arn:aws:sns:eu-west-1:2:mail"))
        await #expect(throws: ReceiptRefusal.self) { try await other.parser.read(other.callback) }
        for host in [
            "https://sns.evil.org/", "http://sns.eu-west-1.amazonaws.com/", "https://sns.eu-west-1.amazonaws.com.evil/",
            "https://x@sns.eu-west-1.amazonaws.com/", "https://s3.eu-west-1.amazonaws.com/",
        ] {
            let body = Self.ses(message).replacing("https://sns.eu-west-1.amazonaws.com/", with: host)
            let sample = try await ReceiptPeer.sample("ses", body: body)
            await #expect(throws: ReceiptRefusal.self) { try await sample.parser.read(sample.callback) }
        }
    }

    @Test func aKeyThatIsNoneIsRefused() {
        #expect(throws: ProvidersError.self) { try SendGridReceipts(publicKey: "no key") }
    }
}
