import Notifications

extension BelfryClient {
    /// From one look to the next.
    private static let drainPause: Duration = .milliseconds(250)

    /// Pauses routes and waits until nothing of them is in flight. What waits is kept until they are resumed.
    /// - Parameters:
    ///   - names: routes, or channels for all routes of theirs.
    ///   - limit: how long to wait, also for a Belfry that is away meanwhile.
    ///   - onLook: is told how they stand whenever they were looked at.
    /// - Returns: how they stand in the end; after `limit` some may not be drained. All stay paused.
    public nonisolated(nonsending) func drain(
        _ names: [String], within limit: Duration, onLook: ([QueueReport]) throws -> Void = { _ in }
    ) async throws -> [QueueReport] {
        let end = ContinuousClock.now + limit
        var routes: Set<String> = []
        for name in names {
            let items = try await pause(name)["items"]?.array ?? []
            routes.formUnion(items.compactMap { $0["route"]?.string })
        }
        while true {
            do {
                let reports = try await look(at: routes)
                try onLook(reports)
                if reports.allSatisfy(\.isDrained) || ContinuousClock.now >= end { return reports }
            } catch let error as BelfryClientError where error.isRetryable && ContinuousClock.now < end {
                // It may be back in time, and what it was told is kept.
            }
            try await Task.sleep(for: BelfryClient.drainPause)
        }
    }

    /// Permits are dear to count, so they are asked for only where the end seems to have come.
    private func look(at routes: Set<String>) async throws -> [QueueReport] {
        let reports = try await queues().filter { routes.contains($0.route) }
        guard reports.allSatisfy(\.isDrained) else { return reports }
        var confirmed: [QueueReport] = []
        for report in reports { confirmed.append(try await queue(report.route)) }
        return confirmed
    }
}
