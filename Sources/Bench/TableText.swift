import Foundation

func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? text + space : space + text
}

func fixed(_ value: Double?, _ decimals: Int) -> String {
    value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
}

/// By rank, p50 first.
func fixed(_ percentiles: Percentiles?) -> String {
    guard let percentiles else { return "–" }
    return [percentiles.p50, percentiles.p95, percentiles.p99].map { fixed($0, 1) }.joined(separator: " / ")
}

/// A number for each role, in this order.
func fixed(_ values: [String: Double], of roles: [String]) -> String {
    roles.map { fixed(values[$0], 0) }.joined(separator: " / ")
}
