import Notifications
import Synchronization

/// Puts messages that come within a few milliseconds into one request: Expo counts requests, and takes 100 messages in one.
///
/// The first message opens a batch; whoever brings it waits a moment for others, then sends for all of them:
///
///     open ──window over, or full──▶ taken ──answered──▶ gone
final class ExpoBatches: Sendable {
    static let maximumCount = 100
    static let window: Duration = .milliseconds(5)

    private struct Batch {
        /// In the order they came; a place is for good.
        var messages: [(place: Int, message: ExpoMessage)] = []
        var waiters: [Int: CheckedContinuation<DeliveryOutcome, Never>] = [:]
        var places = 0
        var isTaken = false
    }

    private struct Seat {
        var batch: Int
        var place: Int
    }

    private struct State {
        var batches: [Int: Batch] = [:]
        /// By project, the one that can still be joined.
        var open: [String?: Int] = [:]
        var nextBatch = 0
    }

    private let state = Mutex(State())
    private let clock: any Clock<Duration>

    init(clock: any Clock<Duration> = ContinuousClock()) { self.clock = clock }

    /// - Parameter send: returns what became of each message, in their order. It is called by one of those whose messages
    ///   are in the batch; when that one is cancelled, the batch is.
    func deliver(
        _ message: ExpoMessage, send: ([ExpoMessage]) async -> [DeliveryOutcome]
    ) async -> DeliveryOutcome {
        let seat = state.withLock { take(seatFor: message, &$0) }
        guard seat.place == 0 else { return await wait(in: seat) }
        try? await clock.sleep(for: ExpoBatches.window)
        let messages = state.withLock { close(seat.batch, of: message.project, &$0) }
        let outcomes =
            Task.isCancelled
            ? messages.map { _ in DeliveryOutcome.retry(after: nil, .cancelled) } : await send(messages.map(\.message))
        let places = Dictionary(uniqueKeysWithValues: zip(messages.map(\.place), outcomes))
        let waiters = state.withLock { $0.batches.removeValue(forKey: seat.batch)?.waiters ?? [:] }
        for (place, waiter) in waiters { waiter.resume(returning: places[place] ?? .unknown(.cancelled)) }
        return places[0] ?? .unknown(.cancelled)
    }

    private func take(seatFor message: ExpoMessage, _ state: inout State) -> Seat {
        let number: Int
        if let open = state.open[message.project] {
            number = open
        } else {
            number = state.nextBatch
            state.nextBatch += 1
            state.open[message.project] = number
        }
        var batch = state.batches[number] ?? Batch()
        let seat = Seat(batch: number, place: batch.places)
        batch.messages.append((seat.place, message))
        batch.places += 1
        if batch.places == ExpoBatches.maximumCount { state.open[message.project] = nil }
        state.batches[number] = batch
        return seat
    }

    private func close(
        _ number: Int, of project: String?, _ state: inout State
    ) -> [(place: Int, message: ExpoMessage)] {
        if state.open[project] == number { state.open[project] = nil }
        state.batches[number]?.isTaken = true
        return state.batches[number]?.messages ?? []
    }

    private func wait(in seat: Seat) async -> DeliveryOutcome {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome = state.withLock { state -> DeliveryOutcome? in
                    // Sent by now, and what became of it told to those who were there.
                    guard state.batches[seat.batch] != nil else { return .unknown(.cancelled) }
                    if Task.isCancelled { return leave(seat, &state) }
                    state.batches[seat.batch]?.waiters[seat.place] = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let left = state.withLock { state in
                state.batches[seat.batch]?.waiters.removeValue(forKey: seat.place).map { ($0, leave(seat, &state)) }
            }
            if let (waiter, outcome) = left { waiter.resume(returning: outcome) }
        }
    }

    /// Takes a message back out, unless it may have been sent.
    private func leave(_ seat: Seat, _ state: inout State) -> DeliveryOutcome {
        if state.batches[seat.batch]?.isTaken == true { return .unknown(.cancelled) }
        state.batches[seat.batch]?.messages.removeAll { $0.place == seat.place }
        return .retry(after: nil, .cancelled)
    }
}

extension DeliveryFailure {
    fileprivate static let cancelled = DeliveryFailure(code: "cancelled", detail: "The attempt was cancelled.")
}
