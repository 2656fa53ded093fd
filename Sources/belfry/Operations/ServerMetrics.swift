import Notifications
import Postgres
import Redis
import Telemetry

/// How this process gets on with the two servers.
enum ServerMetrics {
    private static let connections = MetricDescription(
        .gauge, "belfry_postgres_connections", "Connections to Postgres, by what they do.", labels: ["state"])
    private static let waiting = MetricDescription(
        .gauge, "belfry_postgres_waiting", "Tasks that wait for a connection to Postgres.")
    private static let acquired = MetricDescription(
        .counter, "belfry_postgres_acquires_total", "Connections to Postgres that were lent.")
    private static let waits = MetricDescription(
        .counter, "belfry_postgres_waits_total", "Waits for a connection that are over.")
    private static let waited = MetricDescription(
        .counter, "belfry_postgres_wait_seconds_total", "How long those waits took together.")
    private static let timeouts = MetricDescription(
        .counter, "belfry_postgres_timeouts_total", "Waits for a connection that were given up.")
    private static let commands = MetricDescription(
        .counter, "belfry_redis_commands_total", "Commands sent to Redis on the shared connection.")
    private static let reconnects = MetricDescription(
        .counter, "belfry_redis_reconnects_total", "Times that the shared connection to Redis was made again.")

    static func register(in registry: MetricsRegistry, pool: PostgresPool, redis: RedisClient) {
        registry.observe([connections, waiting, acquired, waits, waited, timeouts]) {
            let now = pool.statistics
            return [
                MetricReading(connections, ["inUse"], Double(now.inUse)),
                MetricReading(connections, ["idle"], Double(now.idle)), MetricReading(waiting, [], Double(now.waiting)),
                MetricReading(acquired, [], Double(now.totals.acquired)),
                MetricReading(waits, [], Double(now.totals.waited)),
                MetricReading(waited, [], now.totals.waitedTime.timeInterval),
                MetricReading(timeouts, [], Double(now.totals.timedOut)),
            ]
        }
        registry.observe([commands, reconnects]) {
            let now = redis.statistics
            return [
                MetricReading(commands, [], Double(now.commandsSent)),
                MetricReading(reconnects, [], Double(now.reconnects)),
            ]
        }
    }
}
