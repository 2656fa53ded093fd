public import Foundation
public import Notifications

/// A provider on one of its routes: its limits, and what is left of them.
public struct ProviderReport: Sendable, Hashable {
    public let route: String
    public let provider: String
    public let limits: ProviderLimits
    /// What may be drawn now; nil without a rate.
    public let tokens: Int?
    /// Calls under way; nil where they are not counted, there being no limit to them.
    public let inFlight: Int?
    /// Until when it told us to wait; nil when it did not.
    public let blockedUntil: Date?
    /// All of it as it was answered.
    public let json: JSON

    /// Nil for what is no report.
    public init?(json: JSON) {
        guard let route = json["route"]?.string, let provider = json["provider"]?.string else { return nil }
        self.route = route
        self.provider = provider
        self.json = json
        let limits = json["limits"]
        var rate: Double?
        if case .number(let literal) = limits?["ratePerSecond"] { rate = Double(literal) }
        self.limits = ProviderLimits(
            ratePerSecond: rate, burst: limits?["burst"]?.int, maxConcurrent: limits?["maxConcurrent"]?.int)
        tokens = json["tokens"]?.int
        inFlight = json["inFlight"]?.int
        blockedUntil = json["blockedUntil"]?.date
    }
}
