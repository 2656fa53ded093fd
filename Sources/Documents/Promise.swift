import Synchronization

/// A value that comes once, for any number who wait. The first to keep it wins; later ones are ignored.
final class Promise<Value: Sendable>: Sendable {
    private enum State {
        case open([CheckedContinuation<Value, Never>])
        case kept(Value)
    }

    private let state = Mutex(State.open([]))

    var isKept: Bool { state.withLock { if case .kept = $0 { true } else { false } } }

    func keep(_ value: Value) {
        let waiters = state.withLock { state -> [CheckedContinuation<Value, Never>] in
            guard case .open(let waiters) = state else { return [] }
            state = .kept(value)
            return waiters
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }

    func wait() async -> Value {
        await withCheckedContinuation { continuation in
            let value = state.withLock { state -> Value? in
                switch state {
                case .kept(let value): return value
                case .open(let waiters):
                    state = .open(waiters + [continuation])
                    return nil
                }
            }
            if let value { continuation.resume(returning: value) }
        }
    }
}

extension Promise {
    /// The kept result, or its error.
    func value<Success, Failure: Error>() async throws(Failure) -> Success where Value == Result<Success, Failure> {
        try await wait().get()
    }
}
