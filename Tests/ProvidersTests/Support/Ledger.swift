import Synchronization

@testable import Providers

/// Keeps what a simulator accepted.
final class Ledger: Sendable {
    private let recorded = Mutex<[SimulatorAccept]>([])

    var accepts: [SimulatorAccept] { recorded.withLock { $0 } }

    func note(_ accept: SimulatorAccept) { recorded.withLock { $0.append(accept) } }
}
