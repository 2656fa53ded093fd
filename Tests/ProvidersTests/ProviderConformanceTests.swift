import Logging
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

/// What every provider keeps to, whatever it speaks.
@Suite struct ProviderConformanceTests {
    /// Long enough to hand over a request on a busy machine.
    private static let brief = Duration.seconds(3)

    @Test(arguments: ProviderSubject.all)
    func nameIsTheOneInTheRegistry(subject: ProviderSubject) async throws {
        try await withPeer(subject, reply: { _ in .silence }) { _, provider in
            #expect(provider.name == subject.name)
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func everyAnswerComesToTheDocumentedOutcome(subject: ProviderSubject) async throws {
        // A provider may ask more than once in one attempt: with a new token, in smaller parts.
        let answer = CurrentAnswer()
        try await withPeer(subject, reply: { _ in .text(answer.text) }) { peer, provider in
            var seen: [String] = []
            for (status, _) in subject.outcomes {
                answer.text = subject.dialect.answer(status, "")
                seen.append(await provider.deliver(subject.attempt(peer.port, .seconds(10))).name)
            }
            #expect(seen == subject.outcomes.map(\.outcome))
        }
    }

    /// Nobody listens on port 1; one that was just freed may by now be another test's.
    @Test(arguments: ProviderSubject.remote)
    func closedPortIsTriedAgain(subject: ProviderSubject) async throws {
        try await withOutbound { outbound in
            let outcome = try await subject.make(outbound, 1).deliver(subject.attempt(1, .seconds(10)))
            #expect(outcome.name == "retry")
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func connectionThatBreaksAfterTheRequestIsUnknown(subject: ProviderSubject) async throws {
        try await withPeer(subject, reply: { _ in .close }) { peer, provider in
            let outcome = await provider.deliver(subject.attempt(peer.port, .seconds(10)))
            #expect(outcome.name == "unknown")
        }
    }

    @Test(arguments: ProviderSubject.all)
    func deadlineIsKeptWhenNobodyAnswers(subject: ProviderSubject) async throws {
        try await withPeer(subject, reply: { _ in .silence }) { peer, provider in
            let start = ContinuousClock.now
            let outcome = await provider.deliver(subject.attempt(peer.port, Self.brief))
            #expect(start.duration(to: .now) < .seconds(30))
            #expect(outcome.name == subject.unanswered)
        }
    }

    @Test(arguments: ProviderSubject.all)
    func cancellationEndsAnAttempt(subject: ProviderSubject) async throws {
        try await withPeer(subject, reply: { _ in .silence }) { peer, provider in
            let start = ContinuousClock.now
            let delivering = Task { await provider.deliver(subject.attempt(peer.port, .seconds(60))) }
            if !subject.outcomes.isEmpty {
                try await eventually("the request arrives") { peer.requests.count == 1 }
            }
            delivering.cancel()
            let outcome = await delivering.value
            #expect(start.duration(to: .now) < .seconds(30))
            #expect(outcome.name == subject.unanswered)
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func endlessReplyIsCut(subject: ProviderSubject) async throws {
        let endless = subject.dialect.endless
        try await withPeer(subject, reply: { _ in .endless(endless.head, chunk: endless.bulk, pause: .zero) }) {
            peer, provider in
            let outcome = await provider.deliver(subject.attempt(peer.port, .seconds(60)))
            #expect(outcome.name == endless.outcome)
            try await eventually("the connection is dropped") { peer.connections == 0 }
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func slowDripEndsAtTheDeadline(subject: ProviderSubject) async throws {
        let endless = subject.dialect.endless
        try await withPeer(
            subject, reply: { _ in .endless(endless.head, chunk: endless.drop, pause: .milliseconds(20)) }
        ) { peer, provider in
            let start = ContinuousClock.now
            let outcome = await provider.deliver(subject.attempt(peer.port, Self.brief))
            #expect(start.duration(to: .now) < .seconds(30))
            #expect(outcome.name == endless.outcome)
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func garbageIsAnOutcomeToo(subject: ProviderSubject) async throws {
        let replies = subject.malformed.map(\.reply)
        try await withPeer(subject, reply: { .textThenClose(replies[$0]) }) { peer, provider in
            var seen: [String] = []
            for _ in replies { seen.append(await provider.deliver(subject.attempt(peer.port, .seconds(10))).name) }
            #expect(seen == subject.malformed.map(\.outcome))
        }
    }

    @Test(arguments: ProviderSubject.all)
    func addressesAndSecretsAreNotSeenAgain(subject: ProviderSubject) async throws {
        let canary = ProviderSubject.canary
        let replies = subject.outcomes.map { subject.dialect.answer($0.status, canary) }
        try await withPeer(subject, reply: { $0 < replies.count ? .textThenClose(replies[$0]) : .close }) {
            peer, provider in
            #expect(!String(reflecting: provider).contains(canary))
            for _ in 0...replies.count {
                let outcome = await provider.deliver(subject.attempt(peer.port, Self.brief))
                #expect(!String(reflecting: outcome).contains(canary))
            }
        }
    }

    /// Runs the body with a peer and the provider that may reach it.
    private func withPeer(
        _ subject: ProviderSubject, reply: @escaping @Sendable (Int) -> LoopbackServer.Reply,
        _ body: (LoopbackServer, any Provider) async throws -> Void
    ) async throws {
        try await LoopbackServer.run(framing: subject.dialect.framing, reply: reply) { peer in
            try await withOutbound { try await body(peer, try subject.make($0, peer.port)) }
        }
    }
}
