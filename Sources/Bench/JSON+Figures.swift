import Notifications

extension JSON {
    static func figure(_ value: Double?, _ decimals: Int) -> JSON {
        value.map { .number(fixed($0, decimals)) } ?? .null
    }

    static func figure(_ percentiles: Percentiles?) -> JSON {
        guard let percentiles else { return .null }
        return [
            "p50": .figure(percentiles.p50, 2), "p95": .figure(percentiles.p95, 2), "p99": .figure(percentiles.p99, 2),
        ]
    }

    static func figures(_ values: [String: Double], _ decimals: Int) -> JSON {
        .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, .figure($0.value, decimals)) }))
    }
}
