/// Every key that a log line may have. Whatever is logged under another one is dropped: nothing of a caller's gets into
/// a log because somebody, here or in a library, forgot that it would.
enum LogKey: String, CaseIterable {
    case requestId, traceId, notificationId, broadcastId, route, attempt, provider, outcome, code
    case method, path, status, milliseconds
    case error, reason, failures, count
    case clerk, partition, epoch, deliveries, routes, paused
    case url, settings, limit, before, connections, openFiles
    case redisEndpoint = "redis_endpoint"

    /// For handlers, which look every key up.
    static let names = Set(allCases.map(\.rawValue))
}
