/// Asks a reader for its metrics, not too often and not too long.
actor MetricObserver {
    private let keptFor: Duration
    private let patience: Duration
    private let read: @Sendable () async -> [MetricReading]
    private var last: (at: ContinuousClock.Instant, samples: [MetricSample])?

    init(keptFor: Duration, patience: Duration, read: @escaping @Sendable () async -> [MetricReading]) {
        self.keptFor = keptFor
        self.patience = patience
        self.read = read
    }

    func samples() async -> [MetricSample] {
        if let last, ContinuousClock.now - last.at < keptFor { return last.samples }
        let samples = await readInTime().map { MetricSample($0) }
        last = (.now, samples)
        return samples
    }

    /// Nothing when it takes too long: a server that is away must not keep the rest from being scraped.
    private func readInTime() async -> [MetricReading] {
        await withTaskGroup(of: [MetricReading].self) { [patience, read] group in
            group.addTask { await read() }
            group.addTask {
                try? await Task.sleep(for: patience)
                return []
            }
            let first = await group.next() ?? []
            group.cancelAll()
            return first
        }
    }
}
