internal import Synchronization

/// What may be asked about a connection from any thread: its own thread writes after every statement, the pool reads.
final class ConnectionStatus: Sendable {
    private let descriptor = Atomic<Int32>(-1)
    private let reusable = Atomic(false)

    /// -1 when there is none.
    var socket: Int32 { descriptor.load(ordering: .acquiring) }

    var isReusable: Bool { reusable.load(ordering: .acquiring) }

    func publish(socket: Int32, isReusable: Bool) {
        descriptor.store(socket, ordering: .releasing)
        reusable.store(isReusable, ordering: .releasing)
    }
}
