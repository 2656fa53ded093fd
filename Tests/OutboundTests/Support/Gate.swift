import Foundation
import Synchronization

@testable import Outbound

/// Holds a lookup in its thread until it is opened.
final class Gate: Sendable {
    private let condition = NSCondition()
    private let state = Mutex((isOpen: false, isWaitedFor: false))

    var isWaitedFor: Bool { state.withLock(\.isWaitedFor) }

    func wait() -> [IPAddress] {
        condition.withLock {
            state.withLock { $0.isWaitedFor = true }
            while !state.withLock(\.isOpen) { condition.wait() }
        }
        return []
    }

    func open() {
        condition.withLock {
            state.withLock { $0.isOpen = true }
            condition.broadcast()
        }
    }
}
