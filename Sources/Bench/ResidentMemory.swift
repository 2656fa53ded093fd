import Foundation
import Synchronization

/// What a process has resident, looked at once a second.
final class ResidentMemory: Sendable {
    private let processIdentifier: Int32
    private let state = Mutex((isStopped: false, samples: [Double]()))

    init(of processIdentifier: Int32) {
        self.processIdentifier = processIdentifier
    }

    /// In MiB, one for each second.
    var samples: [Double] { state.withLock { $0.samples } }

    /// Until it is stopped, or cancelled.
    func watch() async {
        while !state.withLock({ $0.isStopped }), !Task.isCancelled {
            if let usage = ProcessUsage(processIdentifier: processIdentifier) {
                state.withLock { $0.samples.append(Double(usage.residentBytes) / Double(1 << 20)) }
            }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }
}
