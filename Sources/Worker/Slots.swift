package import Notifications
import Synchronization

/// Room for so many deliveries at once. One task waits, any number give back.
///
/// Where there are several routes, none may take the last quarter: a provider that hangs does not stop the others.
package final class Slots: Sendable {
    private struct State {
        var free: Int
        var used: [Route: Int] = [:]
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>
    private let share: Int
    let capacity: Int

    package init(_ capacity: Int, routes: Int = 1) {
        self.capacity = capacity
        share = routes > 1 ? max(1, capacity - capacity / 4) : capacity
        state = Mutex(State(free: capacity))
    }

    var free: Int { state.withLock { $0.free } }

    var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    /// How many a route may take now.
    package func room(for route: Route) -> Int { state.withLock { min($0.free, share - $0.used[route, default: 0]) } }

    package func take(_ count: Int, for route: Route) {
        state.withLock { state in
            state.free -= count
            state.used[route, default: 0] += count
        }
    }

    package func giveBack(for route: Route) {
        let waiter = state.withLock { state in
            state.free += 1
            state.used[route, default: 0] -= 1
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Returns once at least one is free, or on `wake`.
    package func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let hasRoom = state.withLock { state in
                if state.free > 0 { return true }
                state.waiter = continuation
                return false
            }
            if hasRoom { continuation.resume() }
        }
    }

    /// Ends the wait though there is no room.
    func wake() { state.withLock { $0.waiter.take() }?.resume() }
}
