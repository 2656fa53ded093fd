import Testing

@testable import SMTP

@Suite struct SMTPPoolStateTests {
    @Test func connectionUsedLastComesFirst() {
        var state = SMTPPoolState<Int, String>(limit: 2)
        #expect(state.take { _ in true } == .empty)
        #expect(state.take { _ in true } == .empty)
        #expect(state.take { _ in true } == nil)
        #expect(state.giveBack(1) == nil)
        #expect(state.giveBack(2) == nil)
        #expect(state.take { _ in true } == .connection(2))
        #expect((state.idle, state.inUse) == ([1], 1))
    }

    @Test func closedConnectionsAreForgotten() {
        var state = SMTPPoolState<Int, String>(limit: 1)
        _ = state.take { _ in true }
        _ = state.giveBack(1)
        #expect(state.take { $0 != 1 } == .empty)
        #expect((state.idle, state.inUse) == ([], 1))
    }

    @Test func placesGoToWhoeverWaitedLongest() {
        var state = SMTPPoolState<Int, String>(limit: 1)
        _ = state.take { _ in true }
        let first = state.wait("first")
        let second = state.wait("second")
        _ = state.wait("third")
        #expect(state.leave(ticket: second) == "second")
        #expect(state.leave(ticket: second) == nil)
        let next = state.giveBack(7)
        #expect(next?.waiter == "first")
        #expect(next?.place == .connection(7))
        #expect(state.leave(ticket: first) == nil)
        let last = state.giveBack(nil)
        #expect(last?.waiter == "third")
        #expect(last?.place == .empty)
        #expect(state.inUse == 1)
        #expect(state.giveBack(nil) == nil)
        #expect(state.inUse == 0)
    }

    @Test func closedPoolKeepsNothing() {
        var state = SMTPPoolState<Int, String>(limit: 2)
        _ = state.take { _ in true }
        _ = state.take { _ in true }
        _ = state.giveBack(1)
        _ = state.wait("waiter")
        let left = state.close()
        #expect((left.waiters, left.connections) == (["waiter"], [1]))
        #expect(state.isClosed)
        #expect(state.giveBack(2) == nil)
        #expect((state.idle, state.inUse) == ([], 0))
    }
}

extension SMTPPoolState.Place: Equatable where Connection: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.connection(let one), .connection(let other)): one == other
        case (.empty, .empty): true
        default: false
        }
    }
}
