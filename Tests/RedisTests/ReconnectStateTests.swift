import Testing

@testable import Redis

/// Every phase meets every event: what is to be done, and the phase after it.
@Suite struct ReconnectStateTests {
    private final class Connection {}

    enum Start: String, CaseIterable {
        /// Each with one waiter, "w", where there can be one; the attempt and the backoff come after one failure.
        case idle, connecting, connected, backingOff, closed
    }

    enum Event: String, CaseIterable {
        case start, request, succeed, fail, losePresent, loseOther, elapse, close
    }

    private static let expected: [Start: [Event: String]] = [
        .idle: [
            .start: "connect → connecting 0", .request: "wait connect → connecting 0", .succeed: "discard → idle",
            .fail: "none → idle", .losePresent: "none → idle", .loseOther: "none → idle", .elapse: "none → idle",
            .close: "[] → closed",
        ],
        .connecting: [
            .start: "none → connecting 1", .request: "wait none → connecting 1", .succeed: "deliver [w] → connected",
            .fail: "back off 2 → backing off 2", .losePresent: "none → connecting 1",
            .loseOther: "none → connecting 1", .elapse: "none → connecting 1", .close: "[w] → closed",
        ],
        .connected: [
            .start: "none → connected", .request: "use → connected", .succeed: "discard → connected",
            .fail: "none → connected", .losePresent: "back off 0 → backing off 0", .loseOther: "none → connected",
            .elapse: "none → connected", .close: "[] and the connection → closed",
        ],
        .backingOff: [
            .start: "none → backing off 1", .request: "wait none → backing off 1",
            .succeed: "discard → backing off 1", .fail: "none → backing off 1", .losePresent: "none → backing off 1",
            .loseOther: "none → backing off 1", .elapse: "connect → connecting 1", .close: "[w] → closed",
        ],
        .closed: [
            .start: "none → closed", .request: "refuse → closed", .succeed: "discard → closed",
            .fail: "none → closed", .losePresent: "none → closed", .loseOther: "none → closed",
            .elapse: "none → closed", .close: "[] → closed",
        ],
    ]

    @Test(arguments: Start.allCases, Event.allCases)
    func meets(_ start: Start, _ event: Event) {
        let present = Connection()
        var state = state(in: start, present)
        let outcome = apply(event, to: &state, present)
        #expect("\(outcome) → \(describe(state.phase))" == Self.expected[start]?[event])
    }

    @Test func waitersAreServedInTheirOrderAndTheWithdrawnAreNot() {
        var state = ReconnectState<Connection, String>(limit: 3)
        for (id, waiter) in [(1, "a"), (2, "b"), (3, "c")] { _ = state.request(id: UInt64(id), waiter: waiter) }
        guard case .refuse(.overloaded) = state.request(id: 4, waiter: "d") else {
            Issue.record("a waiter too many was kept")
            return
        }
        #expect(state.withdraw(id: 2) == "b")
        #expect(state.withdraw(id: 2) == nil)
        #expect(describe(state.succeeded(Connection())) == "deliver [a, c]")
    }

    @Test func lastFailureIsKeptUntilConnected() {
        var state = state(in: .connecting, Connection())
        _ = state.failed(.overloaded)
        #expect(state.lastFailure == .overloaded)
        _ = state.backoffElapsed()
        _ = state.succeeded(Connection())
        #expect(state.lastFailure == nil)
    }
}

extension ReconnectStateTests {
    private typealias State = ReconnectState<Connection, String>

    private func state(in start: Start, _ present: Connection) -> State {
        var state = State(limit: 10)
        if start == .idle { return state }
        _ = state.request(id: 0, waiter: "w")
        if start == .connected { _ = state.succeeded(present) }
        if start == .closed { _ = state.close() }
        if start == .connecting || start == .backingOff { _ = state.failed(.closed) }
        if start == .connecting { _ = state.backoffElapsed() }
        return state
    }

    private func apply(_ event: Event, to state: inout State, _ present: Connection) -> String {
        switch event {
        case .start: return describe(state.start())
        case .succeed: return describe(state.succeeded(Connection()))
        case .fail: return describe(state.failed(.closed))
        case .losePresent: return describe(state.lost(present))
        case .loseOther: return describe(state.lost(Connection()))
        case .elapse: return describe(state.backoffElapsed())
        case .request:
            switch state.request(id: 1, waiter: "x") {
            case .use(let connection): return connection === present ? "use" : "use another"
            case .wait(let action): return "wait \(describe(action))"
            case .refuse: return "refuse"
            }
        case .close:
            let (connection, waiters) = state.close()
            return "\(list(waiters))" + (connection === present ? " and the connection" : "")
        }
    }

    private func describe(_ action: State.Action) -> String {
        switch action {
        case .none: "none"
        case .connect: "connect"
        case .backOff(let failures): "back off \(failures)"
        case .deliver(_, let waiters): "deliver \(list(waiters))"
        case .discard: "discard"
        }
    }

    private func describe(_ phase: State.Phase) -> String {
        switch phase {
        case .idle: "idle"
        case .connecting(let failures): "connecting \(failures)"
        case .connected: "connected"
        case .backingOff(let failures): "backing off \(failures)"
        case .closed: "closed"
        }
    }

    private func list(_ waiters: [String]) -> String { "[\(waiters.joined(separator: ", "))]" }
}
