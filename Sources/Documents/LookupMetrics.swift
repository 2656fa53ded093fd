import Notifications
public import Telemetry

/// Counts how often what was looked up was kept from before. One for all caches of a process.
public struct LookupMetrics: Sendable {
    enum Result: String, CaseIterable { case hit, miss }

    struct Key: Hashable {
        var cache: StaleEntry.Cache
        var result: Result
    }

    let lookups: MetricFamily<Key, Counter>

    public init(_ registry: MetricsRegistry = MetricsRegistry()) {
        let keys = StaleEntry.Cache.allCases.flatMap { cache in Result.allCases.map { Key(cache: cache, result: $0) } }
        lookups = registry.counters(
            "belfry_cache_lookups_total", "Look-ups, by whether their answer was kept from before.",
            labels: ["cache", "result"], keys: keys
        ) { [$0.cache.rawValue, $0.result.rawValue] }
    }

    func count(_ cache: StaleEntry.Cache, hits: Int, misses: Int) {
        lookups[Key(cache: cache, result: .hit)].add(hits)
        lookups[Key(cache: cache, result: .miss)].add(misses)
    }
}
