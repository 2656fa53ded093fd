import Foundation
import Notifications
import TestSupport
import Testing

@testable import Providers

@Suite struct SimulatorProviderTests {
    private static let timeout = DeliveryFailure(code: "timeout", detail: "The simulator did not answer in time.")

    @Test(arguments: [
        ("", DeliveryOutcome.accepted(providerMessageId: "sim_01980000-0000-7000-8000-000000000001_3"), [true]),
        ("retry=1", .retry(after: nil, failure("unavailable")), []),
        ("throttle=1", .throttled(after: .seconds(1), failure("throttled")), []),
        ("throttle=1,retryAfter=9s", .throttled(after: .seconds(9), failure("throttled")), []),
        ("reject=1", .rejected(failure("rejected")), []),
        ("invalidRecipient=1", .invalidRecipient(failure("gone")), []),
        ("acceptThenTimeout=1", .unknown(timeout), [false]),
        ("latency=10s", .unknown(timeout), [false]),
        ("latency=10s,retry=1", .unknown(timeout), []),
    ])
    func settingComesToItsOutcome(text: String, outcome: DeliveryOutcome, answered: [Bool]) async throws {
        let ledger = Ledger()
        let provider = try simulator(text, clock: RecordingClock(), ledger: ledger)
        #expect(await provider.deliver(.test(route: .sms, number: 3)) == outcome)
        let expected = answered.map { SimulatorAccept.test(route: .sms, attempt: 3, isAnswered: $0) }
        #expect(ledger.accepts == expected)
    }

    @Test(arguments: [
        ("latency=20ms", Duration.milliseconds(20)), ("latency=20s", .seconds(10)),
        ("latency=20ms,acceptThenTimeout=1", .seconds(10)), ("acceptThenTimeout=1,silence=2s", .seconds(2)),
        ("acceptThenTimeout=1,silence=20s", .seconds(10)), ("latency=20ms,reject=1", .milliseconds(20)),
    ])
    func answerTakesItsTimeAndNeverMoreThanTheTimeout(text: String, sleep: Duration) async throws {
        let clock = RecordingClock()
        _ = try await simulator(text, clock: clock, ledger: Ledger()).deliver(.test())
        #expect(clock.sleeps == [sleep])
    }

    @Test func acceptIsNotedBeforeTheAnswerAndOutlivesACancellation() async throws {
        let ledger = Ledger()
        let provider = try simulator("latency=60s", clock: ContinuousClock(), ledger: ledger)
        let delivering = Task { await provider.deliver(.test(timeout: .seconds(600))) }
        try await eventually("it is accepted") { ledger.accepts.count == 1 }
        delivering.cancel()
        let given = DeliveryFailure(code: "cancelled", detail: "Given up before the simulator answered.")
        #expect(await delivering.value == .unknown(given))
        #expect(ledger.accepts == [.test(attempt: 1, isAnswered: true)])
    }

    @Test func journalGetsALineForEachAccept() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        let first = try simulator("journal=\(file.path)", clock: RecordingClock(), ledger: Ledger())
        let second = try simulator(
            "acceptThenTimeout=1,journal=\(file.path)", clock: RecordingClock(), ledger: Ledger())
        let device = Target(id: "my phone", address: .email("a@example.com"))
        var permitted = DeliveryAttempt.test(number: 2)
        permitted.fence = 41
        _ = await first.deliver(permitted)
        _ = await second.deliver(.test(route: .fcm, target: device, notification: 7))
        let webhook = "01980000-0000-7000-8000-000000000001"
        let push = "01980000-0000-7000-8000-000000000007"
        let expected = """
            1769851860000000 webhook \(webhook) webhook 2 accepted \(webhook):webhook:webhook:1 41
            1769851860000000 push.fcm \(push) my%20phone 1 unknown \(push):push.fcm:my%20phone:1 -

            """
        #expect(try String(contentsOf: file, encoding: .utf8) == expected)
    }

    @Test func journalThatCannotBeWrittenIsAnError() {
        #expect(throws: ProvidersError.journalUnavailable(path: "/nowhere/journal")) {
            try simulator("journal=/nowhere/journal", clock: RecordingClock(), ledger: Ledger())
        }
    }

    private func simulator(_ text: String, clock: any Clock<Duration>, ledger: Ledger) throws -> SimulatorProvider {
        try SimulatorProvider(
            configuration: SimulatorConfiguration(parsing: text), clock: clock, now: { SimulatorAccept.testTime },
            onAccept: ledger.note)
    }

    private static func failure(_ code: String) -> DeliveryFailure {
        DeliveryFailure(code: code, detail: "The simulator was told to fail this attempt.")
    }
}

extension SimulatorAccept {
    fileprivate static let testTime = Date(timeIntervalSince1970: 1_769_851_860)

    fileprivate static func test(route: Route = .webhook, attempt: Int, isAnswered: Bool) -> SimulatorAccept {
        let delivery = DeliveryAttempt.test(route: route, number: attempt)
        return SimulatorAccept(
            at: testTime, route: route, notificationId: delivery.notificationId, targetId: delivery.target.id,
            idempotencyKey: delivery.idempotencyKey, attempt: attempt, fence: nil, isAnswered: isAnswered)
    }
}
