import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct SuppressionTests {
    @Test func nothingIsSentToASuppressedAddressHoweverItIsWritten() async throws {
        try await withDatabase { database in
            let store = SuppressionStore(pool: database.pool)
            try await store.suppress("Ada@Example.org", on: .email, tenant: "acme", reason: .manual)
            #expect(try await store.suppression(of: "ADA@example.org", on: .email, tenant: "acme")?.reason == .manual)
            let sample = try await database.accept(Sample.notification())
            let answer = try await database.permits().answer(sample.id)
            #expect(answer.summary == "over: skipped, suppressed")
            guard case .over(let permit, _, _) = answer else { return }
            #expect(permit.attempt == 0, "no attempt was made")
            #expect(try await store.lift("ada@example.org", on: .email, tenant: "acme"))
            #expect(try await store.lift("ada@example.org", on: .email, tenant: "acme") == false)
        }
    }

    @Test func othersAreSentToAllTheSame() async throws {
        try await withDatabase { database in
            let store = SuppressionStore(pool: database.pool)
            try await store.suppress("ada@example.org", on: .email, tenant: "other", reason: .manual)
            try await store.suppress("ada@example.org", on: .sms, tenant: "acme", reason: .manual)
            try await store.suppress("bob@example.org", on: .email, tenant: "acme", reason: .manual)
            let sample = try await database.accept(Sample.notification())
            #expect(try await database.permits().answer(sample.id).summary == "granted")
        }
    }

    @Test func addressOfAUserIsLookedAtToo() async throws {
        try await withDatabase { database in
            var user = Recipient(userId: "ada")
            user.phone = "+46701234567"
            _ = try await RecipientStore(pool: database.pool).put(
                user, userId: "ada", tenant: "acme", replacesDevices: false)
            let store = SuppressionStore(pool: database.pool)
            try await store.suppress("+46701234567", on: .sms, tenant: "acme", reason: .bounced)
            let sample = try await database.accept(Sample.notification(to: ["userId": "ada"], user: user))
            #expect(try await database.permits().answer(sample.id, on: .sms).summary == "over: skipped, suppressed")
        }
    }

    @Test(arguments: [("marketing", "over: skipped, suppressed"), ("transactional", "granted")])
    func whoUnsubscribedStillGetsWhatIsNoMarketing(type: String, answer: String) async throws {
        try await withDatabase { database in
            try await SuppressionStore(pool: database.pool)
                .suppress("ada@example.org", on: .email, tenant: "acme", reason: .unsubscribed)
            let sample = try await database.accept(Sample.notification(["type": .string(type)]))
            #expect(try await database.permits().answer(sample.id).summary == answer)
        }
    }

    @Test func deadAddressIsSuppressedByItsOutcome() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            var record = try await database.permits().grant(sample.id).settled(.failed, failure: Report.refused)
            record.isAddressDead = true
            _ = try await database.record(record)
            let found = try await SuppressionStore(pool: database.pool)
                .suppression(of: "ada@example.org", on: .email, tenant: "acme")
            #expect(found?.reason == .bounced)
            #expect(found?.provider == "simulator")
        }
    }

    @Test func endpointThatIsGoneIsSuppressedAsItIsWritten() async throws {
        try await withDatabase { database in
            let store = SuppressionStore(pool: database.pool)
            let to: JSON = ["webhookUrl": "https://example.org/Hook"]
            let sample = try await database.accept(Sample.notification(to: to))
            var record = try await database.permits().grant(sample.id, on: .webhook)
                .settled(.failed, failure: Report.refused)
            record.isAddressDead = true
            _ = try await database.record(record)
            func isSuppressed(_ url: String) async throws -> Bool {
                try await store.suppression(of: url, on: .webhook, tenant: "acme")?.reason == .bounced
            }
            #expect(try await isSuppressed("https://example.org/Hook"))
            #expect(
                try await isSuppressed("https://example.org/hook") == false, "a path is another one in small letters")
            let next = try await database.accept(Sample.notification(to: to))
            let answer = try await database.permits().answer(next.id, on: .webhook)
            #expect(answer.summary == "over: skipped, suppressed")
            #expect(try await store.lift("https://example.org/Hook", on: .webhook, tenant: "acme"))
            let last = try await database.accept(Sample.notification(to: to))
            #expect(try await database.permits().answer(last.id, on: .webhook).summary == "granted")
        }
    }

    @Test(arguments: [
        ([(Receipt.Kind.bounced, true)], Suppression.Reason.bounced), ([(.bounced, false)], nil),
        ([(.complained, false)], .complained), ([(.unsubscribed, false)], .unsubscribed),
        ([(.unsubscribed, false), (.bounced, true)], .bounced), ([(.bounced, true), (.unsubscribed, false)], .bounced),
        ([(.delivered, false), (.opened, false)], nil),
    ])
    func receiptsSuppressWhomTheySpeakAgainst(
        receipts: [(kind: Receipt.Kind, isPermanent: Bool)], reason: Suppression.Reason?
    ) async throws {
        for batches in [[receipts], receipts.map { [$0] }] {
            try await withDatabase { database in
                let sample = try await database.accept(Sample.notification())
                _ = try await database.record(
                    database.permits().grant(sample.id).settled(receipts: .pushed))
                for batch in batches {
                    _ = try await ReceiptRecorder(pool: database.pool).record(
                        batch.map {
                            Receipt(messageId: "m-1", kind: $0.kind, isPermanent: $0.isPermanent, at: Sample.moment)
                        }, from: "simulator", at: Date())
                }
                let found = try await SuppressionStore(pool: database.pool)
                    .suppression(of: "ada@example.org", on: .email, tenant: "acme")
                #expect(found?.reason == reason)
            }
        }
    }
}
