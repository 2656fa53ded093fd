import NIOHTTP1

extension BelfryClient {
    /// Makes a call, again after a while when Belfry says that it cannot serve it just now.
    /// - Parameter isRepeatable: whether twice comes to the same as once: what was answered by 503 may have been done.
    func repeating<Answer>(isRepeatable: Bool, _ call: () async throws -> Answer) async throws -> Answer {
        var left = isRepeatable ? configuration.retries : 0
        while true {
            do { return try await call() } catch let error as BelfryClientError where left > 0 && error.asksToWait {
                left -= 1
                try await Task.sleep(for: min(error.retryAfter ?? .seconds(1), configuration.longestRetryPause))
            }
        }
    }
}

extension BelfryClientError {
    /// Whether Belfry itself says that the same call may succeed later.
    fileprivate var asksToWait: Bool { isRetryable && (status == 429 || status == 503) }
}
