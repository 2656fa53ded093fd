import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Providers

@Suite struct AccessTokensTests {
    private static let start = Date(timeIntervalSince1970: 1_769_851_860)

    /// Gives out tokens that are good for an hour, each when it is let.
    private final class Source: Sendable {
        private struct State {
            var now = AccessTokensTests.start
            var calls = 0
            var held: [CheckedContinuation<Void, Never>] = []
            var holds = false
            var failure: AccessToken.Failure?
        }

        private let state = Mutex(State())

        var calls: Int { state.withLock(\.calls) }
        var held: Int { state.withLock(\.held.count) }
        var now: Date { state.withLock(\.now) }

        func advance(_ seconds: TimeInterval) { state.withLock { $0.now += seconds } }
        func hold() { state.withLock { $0.holds = true } }
        func fail(_ failure: AccessToken.Failure?) { state.withLock { $0.failure = failure } }

        func release() {
            let held = state.withLock { state in
                state.holds = false
                defer { state.held = [] }
                return state.held
            }
            for one in held { one.resume() }
        }

        func fetch() async -> AccessTokens.Answer {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    state.calls += 1
                    if state.holds { state.held.append(continuation) }
                    return !state.holds
                }
                if goesOn { continuation.resume() }
            }
            return state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                let token = AccessToken(secret: Secret("token-\(state.calls)"), expiresAt: state.now + 3600)
                return .success(token)
            }
        }
    }

    private let source = Source()

    private func tokens() -> AccessTokens {
        AccessTokens(now: { [source] in source.now }, fetch: { [source] _ in await source.fetch() })
    }

    private func text(_ answer: AccessTokens.Answer) -> String? { try? answer.get().secret.value }

    @Test func manyWhoAskAtOnceGetOneToken() async throws {
        let tokens = tokens()
        source.hold()
        let asking = (0..<50).map { _ in Task { text(await tokens.token(timeout: .seconds(10))) } }
        try await eventually("it is fetched") { source.held == 1 }
        source.release()
        for task in asking { #expect(await task.value == "token-1") }
        #expect(source.calls == 1)
    }

    @Test func tokenIsReplacedBeforeItEndsWhileOthersUseIt() async throws {
        let tokens = tokens()
        #expect(text(await tokens.token(timeout: .seconds(10))) == "token-1")
        source.advance(3600 - AccessTokens.margin - 1)
        #expect(text(await tokens.token(timeout: .seconds(10))) == "token-1")
        #expect(source.calls == 1)
        source.advance(2)
        source.hold()
        let replacing = Task { text(await tokens.token(timeout: .seconds(10))) }
        try await eventually("the next is fetched") { source.held == 1 }
        #expect(text(await tokens.token(timeout: .seconds(10))) == "token-1")
        source.release()
        #expect(await replacing.value == "token-2")
        #expect(source.calls == 2)
    }

    @Test func failureMattersOnlyWhenThereIsNoGoodToken() async throws {
        let tokens = tokens()
        source.fail(.unavailable)
        #expect(text(await tokens.token(timeout: .seconds(10))) == nil)
        source.fail(nil)
        #expect(text(await tokens.token(timeout: .seconds(10))) == "token-2")
        source.fail(.refused)
        source.advance(3500)
        #expect(text(await tokens.token(timeout: .seconds(10))) == "token-2")
        source.advance(101)
        #expect(text(await tokens.token(timeout: .seconds(10))) == nil)
    }

    @Test func refusedTokenIsReplacedOnceForAllWhoHadIt() async throws {
        let tokens = tokens()
        let first = try await tokens.token(timeout: .seconds(10)).get()
        for _ in 0..<3 {
            #expect(text(await tokens.token(insteadOf: first, timeout: .seconds(10))) == "token-2")
        }
        #expect(source.calls == 2)
    }

    @Test func whoWaitsCanGoAway() async throws {
        let tokens = tokens()
        source.hold()
        let fetching = Task { text(await tokens.token(timeout: .seconds(10))) }
        try await eventually("it is fetched") { source.held == 1 }
        let waiting = Task { text(await tokens.token(timeout: .seconds(10))) }
        waiting.cancel()
        #expect(await waiting.value == nil)
        source.release()
        #expect(await fetching.value == "token-1")
    }
}
