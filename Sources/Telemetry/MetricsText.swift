/// One line of the exposition.
struct MetricSample: Sendable {
    struct Label: Sendable {
        var name: String
        var value: String
    }

    /// The metric it belongs to.
    var metric: String
    /// Appended to the metric's name: `_bucket`, `_sum` and `_count` of a histogram.
    var suffix: String
    var labels: [Label]
    var value: Double

    init(_ metric: String, suffix: String = "", _ labels: [Label] = [], value: Double) {
        self.metric = metric
        self.suffix = suffix
        self.labels = labels
        self.value = value
    }
}

extension Histogram {
    func samples(_ name: String, _ labels: [MetricSample.Label]) -> [MetricSample] {
        let (cumulative, sum) = snapshot
        let scale = Double(buckets.unitsPerOne)
        let bounds = buckets.bounds.map { MetricsText.number(Double($0) / scale) } + ["+Inf"]
        var samples = zip(bounds, cumulative).map { bound, count in
            MetricSample(
                name, suffix: "_bucket", labels + [MetricSample.Label(name: "le", value: bound)], value: Double(count))
        }
        samples.append(MetricSample(name, suffix: "_sum", labels, value: Double(sum) / scale))
        samples.append(MetricSample(name, suffix: "_count", labels, value: Double(cumulative.last ?? 0)))
        return samples
    }
}

/// The text format of Prometheus.
///
/// **Source:** prometheus.io/docs/instrumenting/exposition_formats, "Text-based format", version 0.0.4.
public enum MetricsText {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Metrics by name; the samples of each in the order they came in, which is that of the labels' declaration.
    static func render(_ descriptions: [MetricDescription], _ samples: [MetricSample]) -> String {
        let samples = Dictionary(grouping: samples, by: \.metric)
        var text = ""
        for metric in descriptions {
            guard let own = samples[metric.name] else { continue }
            text += "# HELP \(metric.name) \(escaped(metric.help, quotes: false))\n"
            text += "# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            for sample in own { text += line(sample) }
        }
        return text
    }

    private static func line(_ sample: MetricSample) -> String {
        let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        return "\(sample.metric)\(sample.suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(number(sample.value))\n"
    }

    /// Whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return value.isFinite ? "\(value)" : value.isNaN ? "NaN" : value > 0 ? "+Inf" : "-Inf"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
