import Testing

@testable import Postgres

/// Connections are numbers and waiters are names here.
@Suite struct PoolStateTests {
    typealias State = PoolState<Int, String>

    private func describe(_ place: PoolPlace<Int>?) -> String {
        switch place {
        case .connection(let number): "connection \(number)"
        case .empty: "empty"
        case nil: "none"
        }
    }

    private func describe(_ handover: State.Handover) -> String {
        switch handover {
        case .pass(let place, let waiter): "\(describe(place)) to \(waiter)"
        case .keep: "keep"
        case .discard: "discard"
        }
    }

    private func full(limit: Int, waiters: [String]) -> State {
        var state = State(limit: limit)
        for _ in 0..<limit { _ = state.take() }
        for waiter in waiters { state.wait(waiter, ticket: state.ticket()) }
        return state
    }

    @Test func placesAreTakenUpToTheLimit() {
        var state = State(limit: 2)
        #expect([state.take(), state.take(), state.take()].map(describe) == ["empty", "empty", "none"])
        #expect(state.inUse == 2)
    }

    @Test func connectionUsedLastIsTakenFirst() {
        var state = full(limit: 2, waiters: [])
        #expect([state.giveBack(1), state.giveBack(2)].map(describe) == ["keep", "keep"])
        #expect([state.take(), state.take()].map(describe) == ["connection 2", "connection 1"])
    }

    @Test func placeIsPassedToTheLongestWaitingWithOrWithoutConnection() {
        var state = full(limit: 1, waiters: ["ann", "bob"])
        #expect(describe(state.giveBack(1)) == "connection 1 to ann")
        #expect(describe(state.giveBack(nil)) == "empty to bob")
        #expect(describe(state.giveBack(nil)) == "keep")
        #expect(state.inUse == 0)
        #expect(state.idle == [])
    }

    @Test func waiterWhoLeavesIsPassedOver() {
        var state = full(limit: 1, waiters: ["ann", "bob"])
        #expect(state.leave(ticket: 0) == "ann")
        #expect(state.leave(ticket: 0) == nil)
        #expect(describe(state.giveBack(1)) == "connection 1 to bob")
        #expect(state.leave(ticket: 1) == nil)
        #expect(state.waiting == 0)
    }

    @Test func waiterWithATicketLowerThanOneServedIsStillServed() {
        var state = full(limit: 1, waiters: [])
        let early = state.ticket()
        state.wait("bob", ticket: state.ticket())
        #expect(describe(state.giveBack(1)) == "connection 1 to bob")
        state.wait("ann", ticket: early)
        state.wait("cid", ticket: state.ticket())
        #expect(describe(state.giveBack(1)) == "connection 1 to ann")
        #expect(describe(state.giveBack(1)) == "connection 1 to cid")
    }

    @Test func closedPoolDiscardsWhatComesBack() {
        var state = full(limit: 2, waiters: ["ann"])
        let closing = state.close()
        #expect(closing.waiters == ["ann"])
        #expect(closing.connections == [])
        #expect([state.giveBack(1), state.giveBack(nil)].map(describe) == ["discard", "discard"])
        #expect(state.inUse == 0)
        #expect(state.waiting == 0)
    }

    @Test func totalsCountWhoGotAPlaceAndEveryWait() {
        var state = full(limit: 1, waiters: ["ann", "bob"])
        _ = state.take()
        _ = state.giveBack(1)
        state.noteWait(of: .seconds(2), timedOut: false)
        _ = state.leave(ticket: 1)
        state.noteWait(of: .seconds(3), timedOut: true)
        _ = state.giveBack(1)
        #expect(
            state.totals == PostgresPoolTotals(acquired: 2, waited: 2, waitedTime: .seconds(5), timedOut: 1))
    }

    @Test func closingGivesUpIdleConnections() {
        var state = full(limit: 2, waiters: [])
        _ = state.giveBack(1)
        #expect(state.close().connections == [1])
        #expect(state.idle == [])
        #expect(state.inUse == 1)
    }
}
