import Synchronization

/// Collects elements while their consumer is busy and hands them over in batches: batching without a timer.
///
/// An element that comes while the consumer is free goes alone and at once; under load the batches grow by themselves.
public final class Gatherer<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var consumers: [CheckedContinuation<Void, Never>] = []
        var isFinished = false
    }

    private let state = Mutex(State())
    public let capacity: Int

    /// - Parameter capacity: elements kept while the consumer is busy.
    public init(capacity: Int) {
        self.capacity = capacity
    }

    /// Adds an element; false, and nothing kept, when the gatherer is full or finished.
    public func add(_ element: Element) -> Bool {
        let (accepted, consumer) = state.withLock { state in
            guard !state.isFinished, state.elements.count < capacity else {
                return (false, CheckedContinuation<Void, Never>?.none)
            }
            state.elements.append(element)
            return (true, state.consumers.popLast())
        }
        consumer?.resume()
        return accepted
    }

    public var count: Int { state.withLock { $0.elements.count } }

    /// Whether it is finished and everything was handed over.
    public var isDrained: Bool { state.withLock { $0.isFinished && $0.elements.isEmpty } }

    /// The elements gathered, oldest first, at most `maximum`; waits for the first one. Empty once finished and drained.
    public func next(maximum: Int) async -> [Element] {
        while true {
            if let batch = take(maximum) { return batch }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isFinished || !state.elements.isEmpty { return true }
                    state.consumers.append(continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        }
    }

    private func take(_ maximum: Int) -> [Element]? {
        state.withLock { state in
            if state.elements.isEmpty { return state.isFinished ? [] : nil }
            let batch = Array(state.elements.prefix(maximum))
            state.elements.removeFirst(batch.count)
            return batch
        }
    }

    /// Takes no more elements; what was gathered is still handed over.
    public func finish() {
        let consumers = state.withLock { state in
            state.isFinished = true
            defer { state.consumers = [] }
            return state.consumers
        }
        for consumer in consumers { consumer.resume() }
    }
}
