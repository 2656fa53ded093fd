import Foundation
import Notifications
import Queue
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Worker

/// Two providers on one route, of which the first one fails.
@Suite struct FailoverTests {
    private let failure = DeliveryFailure(code: "down", detail: "Down.")

    @Test func refusedCredentialsSendAllByTheNextProviderAtOnce() async throws {
        let pipeline = try await Pipeline.make()
        let first = SwitchedProvider("first", answering: .authentication(failure))
        let second = SwitchedProvider("second", answering: .accepted(providerMessageId: nil))
        let registry = MetricsRegistry()
        let ids = try await pipeline.acceptMails(1)
        try await pipeline.withWorker(
            [.email: [first, second]], policy: RetryPolicy(authenticationDelay: .seconds(600)),
            circuits: CircuitPolicy(coolDown: .seconds(600)), metrics: registry
        ) {
            try await eventually("the second sends it") {
                try await pipeline.state(ids[0], .email)?.provider == "second"
            }
            for id in try await pipeline.acceptMails(20) {
                try await eventually("sent") { try await pipeline.state(id, .email)?.provider == "second" }
            }
        }
        #expect(first.count == 1, "it is asked once")
        #expect(second.numbers == Array(repeating: 1, count: 21), "which spends no attempt")
        #expect(try await pipeline.outcomes(ids[0]) == ["authentication", "accepted"])
        let line = #"belfry_circuit_openings_total{route="email",provider="first"} 1"#
        #expect(await registry.text().contains(line))
        await pipeline.close()
    }

    @Test func providerThatFailsHasItsTurnAgainAfterAProbeWentWell() async throws {
        let pipeline = try await Pipeline.make()
        let first = SwitchedProvider("first", answering: .retry(after: .zero, failure))
        let second = SwitchedProvider("second", answering: .accepted(providerMessageId: nil))
        let circuits = CircuitPolicy(coolDown: .milliseconds(200))
        _ = try await pipeline.acceptMails(40)
        let policy = RetryPolicy(base: .milliseconds(20), cap: .milliseconds(100), maximumAttempts: 100)
        try await pipeline.withWorker([.email: [first, second]], policy: policy, circuits: circuits) {
            try await eventually("the second sends all") { try await pipeline.openDeliveries() == 0 }
            #expect(second.count == 40)
            first.answer(with: .accepted(providerMessageId: nil))
            let before = first.count
            try await eventually(within: .seconds(90), "the first is tried, and well") {
                _ = try await pipeline.acceptMails(1)
                let usage = try await pipeline.queue.usage(of: [
                    (.email, LimitedProvider(name: "first", limits: .none))
                ])
                return first.count > before && usage[0].circuit == .closed
            }
            try await eventually("all is done") { try await pipeline.openDeliveries() == 0 }
            let sent = second.count
            _ = try await pipeline.acceptMails(10)
            try await eventually("all is done") { try await pipeline.openDeliveries() == 0 }
            #expect(second.count == sent, "the second has nothing more to do")
        }
        await pipeline.close()
    }

    @Test func onlyProviderThatFailsIsWaitedForWithoutSpendingAttempts() async throws {
        let pipeline = try await Pipeline.make()
        let only = SwitchedProvider("only", answering: .authentication(failure))
        _ = try await pipeline.acceptMails(30)
        try await pipeline.withWorker(
            [.email: [only]], circuits: CircuitPolicy(coolDown: .milliseconds(100))
        ) {
            try await eventually("it was tried several times") { only.count > 32 }
            only.answer(with: .accepted(providerMessageId: nil))
            try await eventually(within: .seconds(90), "all is sent") { try await pipeline.openDeliveries() == 0 }
        }
        #expect(Set(only.numbers) == [1])
        await pipeline.close()
    }
}

/// Answers all the same, until it is told to answer otherwise.
private final class SwitchedProvider: Provider {
    let name: String
    private let state: Mutex<(answer: DeliveryOutcome, numbers: [Int])>

    init(_ name: String, answering answer: DeliveryOutcome) {
        self.name = name
        state = Mutex((answer: answer, numbers: []))
    }

    var numbers: [Int] { state.withLock { $0.numbers } }
    var count: Int { numbers.count }

    func answer(with answer: DeliveryOutcome) { state.withLock { $0.answer = answer } }

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        state.withLock { state in
            state.numbers.append(attempt.number)
            return state.answer
        }
    }
}

extension Pipeline {
    fileprivate func acceptMails(_ count: Int) async throws -> [UUID] {
        var ids: [UUID] = []
        for index in 0..<count {
            ids.append(
                try await accept(
                    ["to": ["email": "a@example.com"], "channels": ["email"], "title": .string("Hi \(index)")],
                    to: .email("a@example.com")))
        }
        return ids
    }
}
