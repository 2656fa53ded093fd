import Synchronization

/// All metrics of a process. Rooms ask it for handles once, at the start; whoever scrapes asks it for the text.
public final class MetricsRegistry: Sendable {
    private struct State {
        var descriptions: [MetricDescription] = []
        var sources: [@Sendable () -> [MetricSample]] = []
        var observers: [MetricObserver] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// What there is, by name.
    public var descriptions: [MetricDescription] {
        state.withLock { $0.descriptions }.sorted { $0.name < $1.name }
    }

    public func counter(_ name: String, _ help: String) -> Counter {
        let counter = Counter()
        add(MetricDescription(.counter, name, help)) { [MetricSample(name, value: Double(counter.value))] }
        return counter
    }

    /// Counters by labels.
    /// - Parameters:
    ///   - keys: every key there can be.
    ///   - values: a key's values of the labels, in their order.
    public func counters<Key: Hashable & Sendable>(
        _ name: String, _ help: String, labels: [String], keys: [Key], values: @escaping @Sendable (Key) -> [String]
    ) -> MetricFamily<Key, Counter> {
        let family = MetricFamily(keys) { Counter() }
        add(MetricDescription(.counter, name, help, labels: labels)) {
            keys.map { MetricSample(name, zipped(labels, values($0)), value: Double(family[$0].value)) }
        }
        return family
    }

    /// Counters by one label, whose values are the words of an enum.
    public func counters<Key: RawRepresentable & CaseIterable & Hashable & Sendable>(
        _ name: String, _ help: String, by label: String, _: Key.Type = Key.self
    ) -> MetricFamily<Key, Counter> where Key.RawValue == String {
        counters(name, help, labels: [label], keys: Array(Key.allCases)) { [$0.rawValue] }
    }

    public func gauge(_ name: String, _ help: String) -> Gauge {
        let gauge = Gauge()
        add(MetricDescription(.gauge, name, help)) { [MetricSample(name, value: Double(gauge.value))] }
        return gauge
    }

    public func histogram(_ name: String, _ help: String, _ buckets: Histogram.Buckets) -> Histogram {
        let histogram = Histogram(buckets)
        add(MetricDescription(.histogram, name, help)) { histogram.samples(name, []) }
        return histogram
    }

    /// Histograms by labels; see ``counters(_:_:labels:keys:values:)``.
    public func histograms<Key: Hashable & Sendable>(
        _ name: String, _ help: String, _ buckets: Histogram.Buckets, labels: [String], keys: [Key],
        values: @escaping @Sendable (Key) -> [String]
    ) -> MetricFamily<Key, Histogram> {
        let family = MetricFamily(keys) { Histogram(buckets) }
        add(MetricDescription(.histogram, name, help, labels: labels)) {
            keys.flatMap { family[$0].samples(name, zipped(labels, values($0))) }
        }
        return family
    }

    /// Metrics that are read when they are asked for.
    /// - Parameters:
    ///   - keptFor: how long a reading is good for: whoever scrapes often does not cost more.
    ///   - patience: after which the metrics are left out. The reader is cancelled then, and must heed it.
    ///   - read: a reading for each metric and its labels; none where there is nothing to say.
    public func observe(
        _ metrics: [MetricDescription], keptFor: Duration = .zero, patience: Duration = .seconds(1),
        read: @escaping @Sendable () async -> [MetricReading]
    ) {
        let observer = MetricObserver(keptFor: keptFor, patience: patience, read: read)
        state.withLock { state in
            for metric in metrics { MetricsRegistry.append(metric, to: &state) }
            state.observers.append(observer)
        }
    }

    private func add(_ metric: MetricDescription, source: @escaping @Sendable () -> [MetricSample]) {
        state.withLock { state in
            MetricsRegistry.append(metric, to: &state)
            state.sources.append(source)
        }
    }

    private static func append(_ metric: MetricDescription, to state: inout State) {
        precondition(!state.descriptions.contains { $0.name == metric.name }, "there are two metrics \(metric.name)")
        state.descriptions.append(metric)
    }

    /// All metrics in the text format of Prometheus.
    public func text() async -> String {
        let (sources, observers) = state.withLock { ($0.sources, $0.observers) }
        let observed = await withTaskGroup(of: [MetricSample].self) { group in
            for observer in observers { group.addTask { await observer.samples() } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return MetricsText.render(descriptions, sources.flatMap { $0() } + observed)
    }
}

private func zipped(_ names: [String], _ values: [String]) -> [MetricSample.Label] {
    zip(names, values).map { MetricSample.Label(name: $0, value: $1) }
}

extension MetricSample {
    init(_ reading: MetricReading) {
        self.init(reading.metric.name, zipped(reading.metric.labels, reading.labels), value: reading.value)
    }
}
