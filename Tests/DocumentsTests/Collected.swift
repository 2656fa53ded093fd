import Synchronization

/// Gathers what callbacks say, from whichever thread.
final class Collected<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])

    var elements: [Element] { state.withLock { $0 } }

    func add(_ new: some Sequence<Element>) {
        let new = Array(new)
        state.withLock { $0.append(contentsOf: new) }
    }
}
