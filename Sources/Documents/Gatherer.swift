import Synchronization

/// Collects elements while their consumer is busy and hands them over in batches: batching without a timer.
///
/// An element that comes while the consumer is free goes alone and at once; under load the batches grow by themselves.
public final class Gatherer<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var weight = 0
        var consumers: [CheckedContinuation<Void, Never>] = []
        var isFinished = false
    }

    private let state = Mutex(State())
    private let weigh: @Sendable (Element) -> Int
    public let capacity: Int

    /// - Parameters:
    ///   - capacity: weight of the elements kept while the consumer is busy.
    ///   - weigh: what an element weighs, at least 1; all the same unless told.
    public init(capacity: Int, weigh: @escaping @Sendable (Element) -> Int = { _ in 1 }) {
        self.capacity = capacity
        self.weigh = weigh
    }

    /// Adds an element; false, and nothing kept, when the gatherer is full or finished.
    public func add(_ element: Element) -> Bool {
        let weight = weigh(element)
        let (accepted, consumer) = state.withLock { state in
            guard !state.isFinished, state.weight < capacity else {
                return (false, CheckedContinuation<Void, Never>?.none)
            }
            state.elements.append(element)
            state.weight += weight
            return (true, state.consumers.popLast())
        }
        consumer?.resume()
        return accepted
    }

    public var count: Int { state.withLock { $0.elements.count } }

    /// What all weigh together, and the one that waits longest.
    public var load: (weight: Int, oldest: Element?) { state.withLock { ($0.weight, $0.elements.first) } }

    /// Whether it is finished and everything was handed over.
    public var isDrained: Bool { state.withLock { $0.isFinished && $0.elements.isEmpty } }

    /// The elements gathered, oldest first, that weigh at most `maximum` together, or a single one that weighs more; waits
    /// for the first one. Empty once finished and drained.
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
            var (count, weight) = (1, weigh(state.elements[0]))
            while count < state.elements.count {
                let more = weigh(state.elements[count])
                if weight + more > maximum { break }
                weight += more
                count += 1
            }
            let batch = Array(state.elements.prefix(count))
            state.elements.removeFirst(count)
            state.weight -= weight
            return batch
        }
    }

    /// Whatever is gathered now, without waiting.
    func takeAll() -> [Element] {
        state.withLock { state in
            defer { state.elements = [] }
            return state.elements
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
