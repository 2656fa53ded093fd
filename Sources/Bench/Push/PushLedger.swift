import Foundation
import Synchronization

/// What the stand-in for APNs has taken.
final class PushLedger: Sendable {
    /// A request, from when all of it was there.
    struct Send: Sendable, Hashable {
        /// The device's.
        var token: String
        /// `apns-id`.
        var id: UUID
        /// The number of the connection that it came by.
        var connection: Int
        /// Requests under way on that connection when this one came, itself included.
        var streams: Int
        var receivedAt: Date
        var answeredAt: Date
    }

    private let state = Mutex((sends: [Send](), connections: 0))

    var count: Int { state.withLock { $0.sends.count } }

    /// The number of another connection.
    func addConnection() -> Int {
        state.withLock { state in
            state.connections += 1
            return state.connections
        }
    }

    func add(_ send: Send) { state.withLock { $0.sends.append(send) } }

    /// All since the last call.
    func take() -> [Send] {
        state.withLock { state in
            defer { state.sends = [] }
            return state.sends
        }
    }
}
