import Notifications
import SettingsReading

extension SimulatorConfiguration {
    /// Reads `latency=5ms..50ms,retry=0.01,throttle=0.01,acceptThenTimeout=0.001,seed=7`.
    ///
    /// | part | value |
    /// |---|---|
    /// | `latency` | `20ms` always, `5ms..50ms` evenly between, `20ms~200ms` log-normal with these p50 and p99 |
    /// | `retry`, `throttle`, `authentication`, `reject`, `invalidRecipient`, `acceptThenTimeout` | a share in 0...1 |
    /// | `retryAfter`, `silence` | a time: `250us`, `5ms`, `2s` |
    /// | `receipt` | as `latency`: how long after its notification was made a message's receipt comes |
    /// | `bounce`, `disorder` | a share in 0...1 of the receipts |
    /// | `seed` | a whole number |
    /// | `journal` | a path without a comma |
    public init(parsing text: String) throws(ProvidersError) {
        self.init()
        for part in text.split(separator: ",") {
            let words = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard words.count == 2 else { throw .invalidSimulator(part: String(part), problem: "is not name=value") }
            try set(words[0], to: words[1], part: String(part))
        }
        let rates = [
            retryRate, throttleRate, authenticationRate, rejectRate, invalidRecipientRate, acceptThenTimeoutRate,
        ]
        guard rates.reduce(0, +) <= 1 else { throw .invalidSimulator(part: text, problem: "has rates over 1 in sum") }
    }

    private mutating func set(_ name: String, to value: String, part: String) throws(ProvidersError) {
        func required<Value>(_ value: Value?, _ problem: String) throws(ProvidersError) -> Value {
            guard let value else { throw .invalidSimulator(part: part, problem: problem) }
            return value
        }
        func rate() throws(ProvidersError) -> Double {
            try required(Double(value).flatMap { 0...1 ~= $0 ? $0 : nil }, "is not a share in 0...1")
        }
        func time() throws(ProvidersError) -> Duration {
            try required(Duration(simulated: value), "is not a time such as 5ms")
        }
        switch name {
        case "latency": latency = try required(LatencyDistribution(value), "is not a latency such as 5ms..50ms")
        case "retry": retryRate = try rate()
        case "throttle": throttleRate = try rate()
        case "authentication": authenticationRate = try rate()
        case "reject": rejectRate = try rate()
        case "invalidRecipient": invalidRecipientRate = try rate()
        case "acceptThenTimeout": acceptThenTimeoutRate = try rate()
        case "retryAfter": retryAfter = try time()
        case "silence": silence = try time()
        case "receipt": receiptLatency = try required(LatencyDistribution(value), "is not a latency such as 1s..5s")
        case "bounce": bounceRate = try rate()
        case "disorder": disorderRate = try rate()
        case "seed": seed = try required(UInt64(value), "is not a whole number")
        case "journal": journal = value
        default: throw .invalidSimulator(part: part, problem: "is not a setting it has")
        }
    }
}

extension LatencyDistribution {
    fileprivate init?(_ text: String) {
        if let constant = Duration(simulated: text) {
            self = .constant(constant)
        } else if let (low, high) = LatencyDistribution.pair(text, separatedBy: "..") {
            self = .uniform(low...high)
        } else if let (median, p99) = LatencyDistribution.pair(text, separatedBy: "~") {
            self = .logNormal(median: median, p99: p99)
        } else {
            return nil
        }
    }

    /// Two times, the first not longer than the second.
    private static func pair(_ text: String, separatedBy separator: String) -> (Duration, Duration)? {
        let parts = text.split(separator: separator).compactMap { Duration(simulated: String($0)) }
        return parts.count == 2 && parts[0] <= parts[1] ? (parts[0], parts[1]) : nil
    }
}

extension Duration {
    /// A whole number of `us`, `ms` or `s`.
    fileprivate init?(simulated text: String) {
        let digits = text.prefix { $0.isNumber }
        guard let count = Int64(digits), count <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "us": self = .microseconds(count)
        case "ms": self = .milliseconds(count)
        case "s": self = .seconds(count)
        default: return nil
        }
    }
}

extension SimulatorProvider {
    static let kind = kind("simulator", "BELFRY_SIMULATOR", form: "latency=5ms..50ms,retry=0.01,…")
    /// A second one, to try failover with.
    static let backupKind = kind("simulator-backup", "BELFRY_SIMULATOR_BACKUP", form: "as BELFRY_SIMULATOR")

    private static func kind(_ name: String, _ variable: String, form: String) -> ProviderKind {
        ProviderKind(name, routes: Set(Route.allCases)) { reader, _ in
            let configuration = reader.parsed(
                variable, form: form, fallback: "accepts all at once", "How the provider \(name) behaves.",
                default: SimulatorConfiguration()
            ) { try SimulatorConfiguration(parsing: $0) }
            return ProviderSetup { _, _ in try SimulatorProvider(name: name, configuration: configuration) }
        }
    }
}
