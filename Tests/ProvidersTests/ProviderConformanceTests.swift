import Logging
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

/// What every provider keeps to, whatever it speaks.
@Suite struct ProviderConformanceTests {
    @Test(arguments: ProviderSubject.all)
    func nameIsTheOneInTheRegistry(subject: ProviderSubject) async throws {
        try await withPeer(reply: { _ in .silence }) { _, outbound in
            let provider = try subject.make(outbound)
            #expect(provider.name == subject.name)
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func everyAnswerComesToTheDocumentedOutcome(subject: ProviderSubject) async throws {
        let replies = subject.outcomes.map { "HTTP/1.1 \($0.status)\r\nContent-Length: 0\r\n\r\n" }
        try await withPeer(reply: { .text(replies[$0]) }) { peer, outbound in
            let provider = try subject.make(outbound)
            var seen: [String] = []
            for _ in replies { seen.append(await provider.deliver(subject.attempt(peer.port, .seconds(10))).name) }
            #expect(seen == subject.outcomes.map(\.outcome))
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func closedPortIsTriedAgain(subject: ProviderSubject) async throws {
        let port = try await LoopbackServer.run(reply: { _ in .close }) { $0.port }
        try await withPeer(reply: { _ in .close }) { _, outbound in
            let outcome = try await subject.make(outbound).deliver(subject.attempt(port, .seconds(10)))
            #expect(outcome.name == "retry")
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func connectionThatBreaksAfterTheRequestIsUnknown(subject: ProviderSubject) async throws {
        try await withPeer(reply: { _ in .close }) { peer, outbound in
            let outcome = try await subject.make(outbound).deliver(subject.attempt(peer.port, .seconds(10)))
            #expect(outcome.name == "unknown")
        }
    }

    @Test(arguments: ProviderSubject.all)
    func deadlineIsKeptWhenNobodyAnswers(subject: ProviderSubject) async throws {
        try await withPeer(reply: { _ in .silence }) { peer, outbound in
            let provider = try subject.make(outbound)
            let start = ContinuousClock.now
            let outcome = await provider.deliver(subject.attempt(peer.port, .milliseconds(200)))
            #expect(start.duration(to: .now) < .seconds(5))
            #expect(outcome.name == subject.unanswered)
        }
    }

    @Test(arguments: ProviderSubject.all)
    func cancellationEndsAnAttempt(subject: ProviderSubject) async throws {
        try await withPeer(reply: { _ in .silence }) { peer, outbound in
            let provider = try subject.make(outbound)
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
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
        let chunk = String(repeating: "x", count: 10_000)
        try await withPeer(reply: { _ in .endless(head, chunk: chunk, pause: .zero) }) { peer, outbound in
            let outcome = try await subject.make(outbound).deliver(subject.attempt(peer.port, .seconds(60)))
            #expect(outcome.name == "accepted")
            try await eventually("the connection is dropped") { peer.connections == 0 }
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func slowDripEndsAtTheDeadline(subject: ProviderSubject) async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
        try await withPeer(reply: { _ in .endless(head, chunk: "x", pause: .milliseconds(20)) }) { peer, outbound in
            let start = ContinuousClock.now
            let outcome = try await subject.make(outbound).deliver(subject.attempt(peer.port, .milliseconds(200)))
            #expect(start.duration(to: .now) < .seconds(5))
            #expect(outcome.name == "accepted")
        }
    }

    @Test(arguments: ProviderSubject.remote)
    func garbageIsAnOutcomeToo(subject: ProviderSubject) async throws {
        let replies = subject.malformed.map(\.reply)
        try await withPeer(reply: { .textThenClose(replies[$0]) }) { peer, outbound in
            let provider = try subject.make(outbound)
            var seen: [String] = []
            for _ in replies { seen.append(await provider.deliver(subject.attempt(peer.port, .seconds(10))).name) }
            #expect(seen == subject.malformed.map(\.outcome))
        }
    }

    @Test(arguments: ProviderSubject.all)
    func addressesAndSecretsAreNotSeenAgain(subject: ProviderSubject) async throws {
        let canary = ProviderSubject.canary
        let replies = subject.outcomes.map { "HTTP/1.1 \($0.status)\r\nContent-Length: 32\r\n\r\n\(canary)" }
        try await withPeer(reply: { $0 < replies.count ? .textThenClose(replies[$0]) : .close }) { peer, outbound in
            let provider = try subject.make(outbound)
            #expect(!String(reflecting: provider).contains(canary))
            for _ in 0...replies.count {
                let outcome = await provider.deliver(subject.attempt(peer.port, .milliseconds(500)))
                #expect(!String(reflecting: outcome).contains(canary))
            }
        }
    }

    /// Runs the body with a peer and a client that may reach it.
    private func withPeer(
        reply: @escaping @Sendable (Int) -> LoopbackServer.Reply,
        _ body: (LoopbackServer, OutboundClient) async throws -> Void
    ) async throws {
        try await LoopbackServer.run(reply: reply) { peer in
            try await withOutbound { try await body(peer, $0) }
        }
    }
}
