import Foundation
import Synchronization

/// Keeps an access token and has one fetched in time, by one caller at a time.
///
///     good            ▶ the token
///     good, not long  ▶ the token, but to the first who asks: that one fetches the next
///     none, or stale  ▶ the first who asks fetches, everybody else waits for what comes of that
final class AccessTokens: Sendable {
    /// How long before its end a token is replaced, as Google's own libraries do.
    static let margin: TimeInterval = 225

    typealias Answer = Result<AccessToken, AccessToken.Failure>

    private struct State {
        var token: AccessToken?
        var isFetching = false
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Answer, Never>] = [:]
    }

    private enum Step {
        case use(AccessToken)
        case fetch
        case wait(Int)
    }

    private let state = Mutex(State())
    private let fetch: @Sendable (Duration) async -> Answer
    private let now: @Sendable () -> Date

    /// - Parameter fetch: gets a token in this time.
    init(now: @escaping @Sendable () -> Date, fetch: @escaping @Sendable (Duration) async -> Answer) {
        (self.now, self.fetch) = (now, fetch)
    }

    /// - Parameters:
    ///   - refused: a token that the service did not take; another one is returned.
    ///   - timeout: for fetching one.
    func token(insteadOf refused: AccessToken? = nil, timeout: Duration) async -> Answer {
        switch state.withLock({ nextStep(&$0, insteadOf: refused) }) {
        case .use(let token): return .success(token)
        case .wait(let waiter): return await wait(as: waiter)
        case .fetch:
            let answer = await fetch(timeout)
            return finish(answer)
        }
    }

    private func nextStep(_ state: inout State, insteadOf refused: AccessToken?) -> Step {
        if state.token == refused { state.token = nil }
        if let token = state.token {
            let rest = token.expiresAt.timeIntervalSince(now())
            if rest > AccessTokens.margin || (rest > 0 && state.isFetching) { return .use(token) }
        }
        guard state.isFetching else {
            state.isFetching = true
            return .fetch
        }
        state.nextWaiter += 1
        return .wait(state.nextWaiter)
    }

    /// A failure matters only where there is no good token left.
    private func finish(_ answer: Answer) -> Answer {
        let (answer, waiters) = state.withLock { state in
            var answer = answer
            if case .success(let token) = answer { state.token = token }
            if let token = state.token, token.expiresAt > now() { answer = .success(token) }
            state.isFetching = false
            defer { state.waiters = [:] }
            return (answer, Array(state.waiters.values))
        }
        for waiter in waiters { waiter.resume(returning: answer) }
        return answer
    }

    private func wait(as waiter: Int) async -> Answer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Answer? = state.withLock { state in
                    // What was waited for may have come, or nobody wait any more.
                    if !state.isFetching { return state.token.map { .success($0) } ?? .failure(.unavailable) }
                    if Task.isCancelled { return .failure(.unavailable) }
                    state.waiters[waiter] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume(returning: .failure(.unavailable))
        }
    }
}
