internal import Synchronization

extension PostgresPool {
    /// A place at once if one is free, else the next one after everybody who waits already.
    nonisolated(nonsending) func place(
        by deadline: ContinuousClock.Instant
    ) async throws(PostgresError) -> Place {
        let (turn, ticket) = state.withLock { ($0.turnAtOnce(), $0.ticket()) }
        if let turn { return try turn.get() }
        let start = ContinuousClock.now
        async let _: Void = expire(ticket, at: deadline)
        let late = await wait(ticket, until: deadline)
        state.withLock { $0.noteWait(of: start.duration(to: .now), timedOut: late.isTimeout) }
        return try late.get()
    }

    private nonisolated(nonsending) func wait(
        _ ticket: Int, until deadline: ContinuousClock.Instant
    ) async -> Turn {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let turn = state.withLock { state -> Turn? in
                    if let turn = state.turnAtOnce() { return turn }
                    // Whoever cancels or expires us before this point finds nobody to send away, so look for both.
                    if Task.isCancelled { return .failure(.cancelled) }
                    if ContinuousClock.now >= deadline { return .failure(.poolTimeout) }
                    state.wait(continuation, ticket: ticket)
                    return nil
                }
                if let turn { continuation.resume(returning: turn) }
            }
        } onCancel: {
            sendAway(ticket, because: .cancelled)
        }
    }

    private func expire(_ ticket: Int, at deadline: ContinuousClock.Instant) async {
        guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
        sendAway(ticket, because: .poolTimeout)
    }

    private func sendAway(_ ticket: Int, because error: PostgresError) {
        state.withLock { $0.leave(ticket: ticket) }?.resume(returning: .failure(error))
    }
}

extension PoolState {
    /// Nil if one has to wait.
    fileprivate mutating func turnAtOnce() -> Result<PoolPlace<Connection>, PostgresError>? {
        isClosed ? .failure(.closed) : take().map(Result.success)
    }
}

extension PostgresPool.Turn {
    fileprivate var isTimeout: Bool {
        if case .failure(.poolTimeout) = self { true } else { false }
    }
}
