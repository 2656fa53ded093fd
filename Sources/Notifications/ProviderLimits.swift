/// How much a provider may be asked to do on one route, over all workers. An account that serves two routes is split by
/// giving each its share.
public struct ProviderLimits: Sendable, Hashable {
    /// Tokens a second: an address costs one. Nil for any rate.
    public var ratePerSecond: Double?
    /// Tokens that may be drawn at once after a while without any; in a window of W seconds at most
    /// `burst + W × ratePerSecond` are. Means nothing without a rate.
    public var burst: Int
    /// Calls in flight; a push delivery makes one for each of several devices at once. Nil for any number.
    public var maxConcurrent: Int?

    public static let rates = 0.01...100_000.0
    public static let bursts = 1...1_000_000
    public static let concurrencies = 1...100_000

    /// - Parameter burst: nil for what suits the rate: workers come for tokens about every 50 ms, and must not find a
    ///   bucket that had run over.
    public init(ratePerSecond: Double? = nil, burst: Int? = nil, maxConcurrent: Int? = nil) {
        self.ratePerSecond = ratePerSecond
        self.burst = burst ?? ratePerSecond.map { 1 + Int(($0 / 10).rounded(.up)) } ?? 1
        self.maxConcurrent = maxConcurrent
    }

    public static let none = ProviderLimits()

    public var isNone: Bool { ratePerSecond == nil && maxConcurrent == nil }

    /// From one token to the next; 0 for any rate.
    public var microsecondsPerToken: Double { ratePerSecond.map { 1_000_000 / $0 } ?? 0 }
}
