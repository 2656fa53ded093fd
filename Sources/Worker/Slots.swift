import Synchronization

/// Room for so many deliveries at once. One task waits, any number give back.
final class Slots: Sendable {
    private struct State {
        var free: Int
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    let capacity: Int

    init(_ capacity: Int) {
        self.capacity = capacity
        state = Mutex(State(free: capacity))
    }

    var free: Int { state.withLock { $0.free } }

    func take(_ count: Int) { state.withLock { $0.free -= count } }

    func giveBack(_ count: Int = 1) {
        let waiter = state.withLock { state in
            state.free += count
            return state.free > 0 ? state.waiter.take() : nil
        }
        waiter?.resume()
    }

    /// Returns once at least one is free.
    func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                if state.free > 0 { return true }
                state.waiter = continuation
                return false
            }
            if hasRoom { continuation.resume() }
        }
    }
}
