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
    /// `closed`, `open` or `halfOpen`.
    public let circuit: String?
    /// Until when nothing is sent by it, or by the probe only; nil for a closed circuit.
    public let circuitUntil: Date?
    /// Of its calls of late; nil without any.
    public let failurePercent: Int?
    /// Mean, of its calls of late; nil without any.
    public let latencyMilliseconds: Double?
    /// All of it as it was answered.
    public let json: JSON

    /// Nil for what is no report.
    public init?(json: JSON) {
        guard let route = json["route"]?.string, let provider = json["provider"]?.string else { return nil }
        self.route = route
        self.provider = provider
        self.json = json
        let limits = json["limits"]
        self.limits = ProviderLimits(
            ratePerSecond: limits?["ratePerSecond"]?.double, burst: limits?["burst"]?.int,
            maxConcurrent: limits?["maxConcurrent"]?.int)
        tokens = json["tokens"]?.int
        inFlight = json["inFlight"]?.int
        blockedUntil = json["blockedUntil"]?.date
        circuit = json["circuit"]?.string
        circuitUntil = json["circuitUntil"]?.date
        failurePercent = json["failurePercent"]?.int
        latencyMilliseconds = json["latencyMilliseconds"]?.double
    }
}
