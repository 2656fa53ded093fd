/// What a metric is: what stands in its `HELP` and `TYPE` lines, and in the documentation.
public struct MetricDescription: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        /// Only grows; starts at 0 with the process. Its name ends in `_total`.
        case counter
        case gauge
        /// Counts observations in buckets, and sums them up.
        case histogram
    }

    /// `belfry_<noun>_<unit>`: letters, digits and underscores.
    public let name: String
    public let kind: Kind
    public let help: String
    /// The names of its labels, in the order in which their values are given.
    public let labels: [String]

    public init(_ kind: Kind, _ name: String, _ help: String, labels: [String] = []) {
        self.kind = kind
        self.name = name
        self.help = help
        self.labels = labels
    }
}

/// One value of a metric that is read when it is asked for.
public struct MetricReading: Sendable, Hashable {
    public var metric: MetricDescription
    /// The values of the metric's labels, in its order.
    public var labels: [String]
    public var value: Double

    public init(_ metric: MetricDescription, _ labels: [String] = [], _ value: Double) {
        self.metric = metric
        self.labels = labels
        self.value = value
    }
}
