import Foundation
import Notifications
import TestSupport
import Testing

@testable import Documents
@testable import Worker

/// Results in any order, kept at any time, over any number of attempts and dead workers: one document in the end.
struct FanOutConvergenceTests {
    @Test func everyWayThroughTheAttemptsComesToOneDocument() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let scripts = (0..<Int.random(in: 1...6, using: &random)).map {
                DeviceScript.random("d\($0)", using: &random)
            }
            var first: ChannelState?
            for _ in 0..<6 {
                var run = FanOutRun(scripts)
                while run.isOpen { run.attempt(using: &random) }
                #expect(run.sentAgain == [], "of what was kept")
                let document = run.state.converging
                #expect(document == first ?? document)
                first = document
            }
            let expected = Dictionary(uniqueKeysWithValues: scripts.map { ($0.id, $0.end) })
            #expect(first?.targets.mapValues(\.status) == expected)
            let json = first?.json(for: .push)
            #expect(json?["deviceCount"]?.int == scripts.count)
            #expect(json?["successCount"]?.int == scripts.count { $0.end == .sent })
        }
    }
}

/// What a device answers, one after the other; the last for ever.
private struct DeviceScript {
    let id: String
    let outcomes: [DeliveryOutcome]

    var end: DeliveryStatus { if case .accepted = outcomes[outcomes.count - 1] { .sent } else { .failed } }

    static func random(_ id: String, using random: inout some RandomNumberGenerator) -> DeviceScript {
        let failure = DeliveryFailure(code: "test", detail: "It was a test.")
        let passing: [DeliveryOutcome] = [
            .throttled(after: .zero, failure), .retry(after: nil, failure), .unknown(failure),
        ]
        let final: [DeliveryOutcome] = [
            .accepted(providerMessageId: "m-\(id)"), .accepted(providerMessageId: "m-\(id)"), .rejected(failure),
            .invalidRecipient(failure),
        ]
        let count = Int.random(in: 0...3, using: &random)
        let passed = (0..<count).map { _ in passing[Int.random(in: passing.indices, using: &random)] }
        return DeviceScript(id: id, outcomes: passed + [final[Int.random(in: final.indices, using: &random)]])
    }
}

/// One way of a delivery through its attempts.
private struct FanOutRun {
    private let scripts: [DeviceScript]
    private let permit: Permit
    private(set) var state: ChannelState
    private(set) var isOpen = true
    /// Devices that were asked although they were done.
    private(set) var sentAgain: [String] = []
    private var asked: [String: Int] = [:]
    private var number = 0
    private let policy = RetryPolicy(maximumAttempts: 1000)

    init(_ scripts: [DeviceScript]) {
        self.scripts = scripts
        state = ChannelState(status: .pending)
        state.routes = [.fcm: state.standing]
        var recipient = Recipient(userId: "u")
        recipient.devices = scripts.map { Device(id: $0.id, route: .fcm, token: $0.id) }
        let draft = NotificationDraft(Fields(JSONObject([("to", ["userId": "u"]), ("title", "Hi")])), at: .distantPast)
        permit = Permit(
            notificationId: UUID(), route: .fcm, tenant: "t", userId: "u", createdAt: .distantPast,
            grantedAt: .distantPast, fence: 1, attempt: 1, crashes: 0, round: 1,
            expiresAt: .distantFuture, content: NotificationContent(draft, to: draft.to[0], at: .distantPast),
            channel: state,
            recipient: recipient)
    }

    /// One attempt; perhaps its worker dies on the way.
    mutating func attempt(using random: inout some RandomNumberGenerator) {
        number += 1
        var permit = permit
        (permit.attempt, permit.channel) = (number, state)
        var fanOut = FanOut(guarantee: .atLeastOnce)
        for target in permit.openTargets.shuffled(using: &random) {
            if Int.random(in: 0...9, using: &random) == 0 { return }
            fanOut.note(answer(of: target.id), of: target.id)
            if Int.random(in: 0...2, using: &random) == 0 {
                state.merge(RouteResult(permit, soFar: fanOut.takeDone(), provider: "p", at: .distantPast))
            }
        }
        let verdict = AttemptVerdict(
            outcomes: fanOut.outcomes, settled: permit.settledTargets, number: number, guarantee: .atLeastOnce,
            policy: policy, using: &random)
        state.merge(RouteResult(permit, verdict, fanOut, provider: "p", at: .distantPast))
        if case .settle = verdict.decision { isOpen = false }
    }

    private mutating func answer(of id: String) -> DeliveryOutcome {
        if state.targets[id]?.status.isOpen == false { sentAgain.append(id) }
        let outcomes = scripts.first { $0.id == id }?.outcomes ?? []
        let place = asked[id, default: 0]
        asked[id] = place + 1
        return outcomes[min(place, outcomes.count - 1)]
    }
}

extension ChannelState {
    /// All but how many attempts it took, and the word of who spoke last.
    fileprivate var converging: ChannelState {
        var state = self
        (state.attempts, state.failure) = (0, nil)
        for id in targets.keys { state.targets[id]?.attempts = 0 }
        return state
    }
}
