import Documents
import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@Suite struct ReceiptRecorderTests {
    static let bounce = DeliveryFailure(code: "mailboxFull", detail: "The mailbox is full.")

    static func receipt(_ kind: Receipt.Kind, _ reference: DeliveryReference? = nil) -> Receipt {
        Receipt(
            messageId: "m-1", reference: reference, kind: kind, failure: kind == .bounced ? bounce : nil,
            at: Sample.moment)
    }

    @Test func receiptLiftsTheStatusOnceHoweverOftenItComes() async throws {
        try await withDatabase { database in
            let sample = try await database.sent()
            let recorded = try await database.tell([.delivered, .delivered])
            #expect(recorded.events.map(\.status) == ["delivered"])
            #expect(recorded.events.map(\.previous) == [.sent])
            #expect(recorded.events.map(\.outcome) == ["delivered"])
            #expect(recorded.events.map(\.attempt) == [1])
            let state = try #require(try await database.channels(sample.id)[.email])
            #expect(state.status == .delivered)
            #expect(state.deliveredAt == Sample.moment)
            #expect(try await database.tell([.delivered]).events.isEmpty)
            #expect(try await database.channels(sample.id)[.email] == state)
            #expect(try await database.timeline(sample.id).map(\.status) == ["sent", "delivered"])
        }
    }

    @Test func whatChangesNoStatusIsLoggedAllTheSame() async throws {
        try await withDatabase { database in
            let sample = try await database.sent()
            let recorded = try await database.tell([.opened, .clicked, .opened])
            #expect(recorded.events.map(\.outcome) == ["opened", "clicked"])
            #expect(recorded.events.map(\.status) == ["sent", "sent"])
            #expect(try await database.channels(sample.id)[.email]?.status == .sent)
        }
    }

    @Test func bounceSaysWhyAndALaterDeliveryForgetsIt() async throws {
        try await withDatabase { database in
            let sample = try await database.sent()
            #expect(try await database.tell([.bounced]).events.map(\.failure) == [Self.bounce])
            #expect(try await database.channels(sample.id)[.email]?.failure == Self.bounce)
            _ = try await database.tell([.delivered])
            let state = try #require(try await database.channels(sample.id)[.email])
            #expect(state.status == .delivered)
            #expect(state.failure == nil)
        }
    }

    @Test func receiptBeforeItsOutcomeWaitsForIt() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let permit = try await database.permits().grant(sample.id)
            let early = try await database.tell([.delivered])
            #expect(early.events.isEmpty)
            #expect(early.waiting == 1)
            let recorder = ReceiptRecorder(pool: database.pool)
            #expect(try await recorder.recordWaiting(at: Date()).events.isEmpty)
            _ = try await database.record(permit.settled(receipts: .pushed))
            #expect(try await recorder.recordWaiting(at: Date()).events.map(\.status) == ["delivered"])
            #expect(try await database.channels(sample.id)[.email]?.status == .delivered)
            #expect(try await database.count("waiting_receipts") == 0)
        }
    }

    @Test func whatNobodyKnowsIsForgotten() async throws {
        try await withDatabase { database in
            _ = try await database.tell([.delivered])
            let recorder = ReceiptRecorder(pool: database.pool)
            #expect(try await recorder.recordWaiting(at: Date()).forgotten == 0)
            try await database.pool.query(
                "UPDATE waiting_receipts SET received_at = received_at - interval '11 minutes'")
            #expect(try await recorder.recordWaiting(at: Date()).forgotten == 1)
            #expect(try await database.count("waiting_receipts") == 0)
        }
    }

    @Test func ourReferenceSettlesWhatIsInDoubt() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = database.permits()
            _ = try await database.record(try await store.grant(sample.id).postponed(after: .seconds(1000)))
            let reference = DeliveryReference(
                notificationId: sample.id, route: .email, targetId: "email", round: 1)
            let recorded = try await database.tell([.delivered], reference)
            #expect(recorded.events.map(\.status) == ["delivered"])
            #expect(try await database.channels(sample.id)[.email]?.status == .delivered)
            #expect(try await store.answer(sample.id).summary == "gone", "nobody sends it again")
        }
    }

    @Test func receiptLeavesALivePermitAlone() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let permit = try await database.permits().grant(sample.id)
            let reference = DeliveryReference(
                notificationId: sample.id, route: .email, targetId: "email", round: 1)
            _ = try await database.tell([.delivered], reference)
            #expect(try await database.delivery(sample.id)?.isHeld == true)
            #expect(try await database.record(permit.settled(receipts: .pushed)).wasCurrent)
            #expect(try await database.channels(sample.id)[.email]?.status == .delivered)
            #expect(try await database.tell([.delivered]).events.isEmpty, "it was told before the outcome")
        }
    }

    @Test func messageSentUnderADeadPermitHasReceiptsToo() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let late = try await database.permits().grant(sample.id)
            try await database.abandonPermit(of: sample.id)
            _ = try await database.permits().grant(sample.id)
            #expect(try await database.record(late.settled(receipts: .pushed)).wasCurrent == false)
            #expect(try await database.tell([.delivered]).events.map(\.status) == ["delivered"])
        }
    }

    @Test func twoWhoBringTheSameReceiptLogItOnce() async throws {
        try await withDatabase { database in
            for _ in 0..<8 {
                let sample = try await database.sent()
                async let first = database.tell([.delivered, .opened])
                async let second = database.tell([.opened, .delivered])
                #expect(try await (first.events + second.events).count == 2)
                #expect(try await database.timeline(sample.id).count == 3)
                try await database.pool.query("DELETE FROM provider_messages")
            }
        }
    }

    /// The outcome and all receipts, each perhaps twice, in any order.
    @Test(arguments: 0..<24 as Range<UInt64>) func everyOrderComesToTheSameDocument(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let kinds = (Receipt.Kind.allCases + Receipt.Kind.allCases).shuffled(using: &random)
        let place = Int.random(in: 0...kinds.count, using: &random)
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let permit = try await database.permits().grant(sample.id)
            _ = try await database.tell(Array(kinds[..<place]))
            _ = try await database.record(permit.settled(receipts: .pushed))
            _ = try await database.tell(Array(kinds[place...]))
            _ = try await ReceiptRecorder(pool: database.pool).recordWaiting(at: Date())
            var state = ChannelState(status: .delivered)
            state.attempts = 1
            state.provider = "simulator"
            state.providerMessageId = "m-1"
            state.sentAt = Sample.moment
            state.deliveredAt = Sample.moment
            #expect(try await database.channels(sample.id) == [.email: state])
            let told = try await database.timeline(sample.id).dropFirst().compactMap(\.outcome).sorted()
            #expect(told == Receipt.Kind.allCases.map(\.rawValue).sorted())
        }
    }

    /// What two devices' receipts make of a push that was sent to both.
    @Test(arguments: [
        ([Receipt.Kind.delivered, .delivered], DeliveryStatus.delivered), ([.delivered, .bounced], .delivered),
        ([.bounced, .bounced], .bounced), ([.bounced], .sent), ([.delivered], .delivered),
    ])
    func pushIsWhatItsBestDeviceCameTo(kinds: [Receipt.Kind], status: DeliveryStatus) async throws {
        for reversed in [false, true] {
            try await withDatabase { database in
                let to: JSON = [
                    "devices": [
                        ["id": "a", "route": "push.fcm", "token": "x"], ["id": "b", "route": "push.fcm", "token": "y"],
                    ]
                ]
                let sample = try await database.accept(Sample.notification(to: to))
                let permit = try await database.permits().grant(sample.id, on: .fcm)
                _ = try await database.record(permit.settled(receipts: .pushed))
                let receipts = zip(["a", "b"], kinds).map { device, kind in
                    Receipt(
                        messageId: "m-\(device)", kind: kind, failure: kind == .bounced ? Self.bounce : nil,
                        at: Sample.moment)
                }
                for receipt in reversed ? receipts.reversed() : receipts {
                    _ = try await ReceiptRecorder(pool: database.pool).record([receipt], from: "simulator", at: Date())
                }
                let state = try #require(try await database.channels(sample.id)[.push])
                #expect(state.status == status)
                #expect(state.routes == [.fcm: Standing(status: status)])
                #expect(
                    ["a", "b"].map { state.targets[$0]?.status } == [
                        kinds[0].status, kinds.dropFirst().first?.status ?? .sent,
                    ])
                #expect(state.deliveredAt == (kinds.contains(.delivered) ? Sample.moment : nil))
                #expect(state.failure == (status == .bounced ? Self.bounce : nil))
            }
        }
    }

    @Test func whoIsToBeAskedIsDueUntilItTold() async throws {
        try await withDatabase { database in
            _ = try await database.sent(receipts: .polled(after: .zero))
            let recorder = ReceiptRecorder(pool: database.pool)
            #expect(try await recorder.due() == ["simulator": ["m-1"]])
            try await recorder.postpone(["m-1"], of: "simulator")
            #expect(try await recorder.due() == [:])
            try await database.pool.query("UPDATE provider_messages SET poll_at = now()")
            _ = try await database.tell([.delivered])
            #expect(try await recorder.due() == [:])
            try await database.pool.query(
                "UPDATE provider_messages SET poll_at = now(), created_at = now() - interval '25 hours'")
            try await recorder.postpone(["m-1"], of: "simulator")
            let waiting = try await database.count("provider_messages WHERE poll_at IS NOT NULL")
            #expect(waiting == 0, "a day is enough")
        }
    }
}

extension TestDatabase {
    /// A notification whose e-mail was taken as message `m-1`.
    fileprivate func sent(receipts: ReceiptSource = .pushed) async throws -> AcceptedNotification {
        let sample = try await accept(Sample.notification())
        let permit = try await permits().grant(sample.id)
        _ = try await record(permit.settled(receipts: receipts))
        return sample
    }

    fileprivate func tell(
        _ kinds: [Receipt.Kind], _ reference: DeliveryReference? = nil
    ) async throws -> RecordedReceipts {
        try await ReceiptRecorder(pool: pool).record(
            kinds.map { ReceiptRecorderTests.receipt($0, reference) }, from: "simulator", at: Date())
    }
}
