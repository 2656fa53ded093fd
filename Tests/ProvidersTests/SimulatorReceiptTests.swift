import Foundation
import Notifications
import Testing

@testable import Providers

@Suite struct SimulatorReceiptTests {
    /// Of a notification that was made at this time.
    private static let made = Date(timeIntervalSince1970: 1_769_851_860)
    private static let messageId = "sim_\(UUID.version7(at: made).text)_1"

    private func receipts(_ text: String, after seconds: TimeInterval, of id: String = messageId) async throws
        -> [Receipt]
    {
        let provider = try SimulatorProvider(
            configuration: SimulatorConfiguration(parsing: text), now: { Self.made.addingTimeInterval(seconds) })
        return await provider.receipts(of: [id])
    }

    @Test func receiptComesWhenItIsTime() async throws {
        #expect(try await receipts("receipt=5s", after: 4.9).isEmpty)
        #expect(try await receipts("receipt=5s", after: 5.1).map(\.kind) == [.delivered, .opened])
        #expect(try await receipts("receipt=5s", after: 5.1).map(\.messageId) == [Self.messageId, Self.messageId])
    }

    @Test func bounceSaysThatItWasToldTo() async throws {
        let receipts = try await receipts("receipt=1s,bounce=1", after: 2)
        #expect(receipts.map(\.kind) == [.bounced])
        #expect(receipts.first?.failure?.code == "bounced")
    }

    @Test func disorderDoublesAndTurnsRound() async throws {
        let kinds = try await receipts("receipt=1s,disorder=1", after: 2).map(\.kind)
        #expect(kinds == [.opened, .delivered, .opened, .delivered])
    }

    @Test func nothingIsToldUnlessItIsSet() async throws {
        #expect(try await receipts("", after: 60).isEmpty)
        let silent = try SimulatorProvider(configuration: SimulatorConfiguration())
        #expect(silent.receiptSource == .none)
        let telling = try SimulatorProvider(configuration: SimulatorConfiguration(parsing: "receipt=1s"))
        #expect(telling.receiptSource == .polled(after: .zero))
    }

    @Test func messagesOfOthersAreLeftOut() async throws {
        #expect(try await receipts("receipt=1s", after: 60, of: "m-1").isEmpty)
    }
}
