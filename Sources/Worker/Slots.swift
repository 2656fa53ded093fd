package import Notifications
import Synchronization

/// Room for so many deliveries at once. One task waits, any number give back.
///
/// Where there are several routes, none may take the last quarter: a provider that hangs does not stop the others.
package final class Slots: Sendable {
    private struct State {
        let share: Int
        var free: Int
        var used: [Route: Int] = [:]
        /// For room at all, or for room for this route.
        var waiter: (route: Route?, continuation: CheckedContinuation<Void, Never>)?

        /// How many a route may take now; nil is any.
        func room(for route: Route?) -> Int { min(free, route.map { share - used[$0, default: 0] } ?? free) }
    }

    private let state: Mutex<State>
    let capacity: Int

    package init(_ capacity: Int, routes: Int = 1) {
        self.capacity = capacity
        let share = routes > 1 ? max(1, capacity - capacity / 4) : capacity
        state = Mutex(State(share: share, free: capacity))
    }

    var free: Int { state.withLock { $0.free } }

    var isAwaited: Bool { state.withLock { $0.waiter != nil } }

    /// How many a route may take now.
    package func room(for route: Route) -> Int { state.withLock { $0.room(for: route) } }

    package func take(_ count: Int, for route: Route) {
        state.withLock { state in
            state.free -= count
            state.used[route, default: 0] += count
        }
    }

    package func giveBack(for route: Route) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.free += 1
            state.used[route, default: 0] -= 1
            guard let waiter = state.waiter, state.room(for: waiter.route) > 0 else { return nil }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }

    /// Returns once at least one is free, or on `wake`.
    package func waitForRoom() async { await wait(for: nil, until: nil) }

    /// Returns once the route may take one, or after so long, or on `wake`.
    package func waitForRoom(for route: Route, atMost bound: Duration) async {
        let end = ContinuousClock.now + bound
        await withDiscardingTaskGroup { group in
            group.addTask {
                try? await Task.sleep(until: end, clock: .continuous)
                self.wake()
            }
            await wait(for: route, until: end)
            group.cancelAll()
        }
    }

    /// - Parameter end: after which nobody begins to wait, nor in a task that is cancelled: the wake that goes with it may
    ///   have been.
    private func wait(for route: Route?, until end: ContinuousClock.Instant?) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.room(for: route) > 0 || end.map({ $0 <= .now || Task.isCancelled }) ?? false { return true }
                state.waiter = (route, continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Ends the wait though there is no room.
    func wake() { state.withLock { $0.waiter.take() }?.continuation.resume() }
}
