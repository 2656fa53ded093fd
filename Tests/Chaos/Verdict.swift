import Foundation

/// What the judge says of a run, as one JSON object.
struct Verdict: Codable, Equatable, Sendable {
    enum Word: String, Codable, Sendable {
        case passed, failed
        /// Nothing went wrong, and nothing was shown: too little load, a fault that did not fire, a way back not taken.
        case vacuous
    }

    struct Recovered: Codable, Equatable, Sendable {
        var p50: Double
        var p99: Double
        var max: Double
    }

    var run: ChaosRun
    var verdict = Word.passed
    /// Notifications that were acknowledged with a 2xx.
    var accepted = 0
    /// Acknowledged, and not in the database, or never taken by a provider nor given up on record.
    var lost = 0
    /// Messages that a provider took beyond the first of each idempotency key.
    var duplicated = 0
    /// Duplicates that no attempt recorded as unknown explains, and sends under a permit that a newer one had replaced.
    var unexplained = 0
    /// In the database or at a provider, and asked for by nobody, or more often than asked for.
    var unexpected = 0
    /// Taken by a provider, and not on record as sent though nothing is open any more.
    var unrecorded = 0
    /// Calls whose recorded outcome is not what the provider's answer means.
    var misjudged = 0
    /// Events of the durable log that the subscriber never saw.
    var missedEvents = 0
    /// Looks that found Redis not to know what somebody held a permit for.
    var forgotten = 0
    /// Given up as poison.
    var poisoned = 0
    /// Requests that were not answered with a 2xx at once.
    var repeatedRequests = 0
    var ratePerSecond = 0.0
    /// For each fault: how long after it the last notification acknowledged before it was first taken by a provider.
    var recoveredMs: Recovered?
    /// 99th percentile from request to acceptance of what the faults are not about.
    var othersP99Ms: [String: Double]?
    /// Calls that were under way together at most; nil where there is no cap.
    var mostAtOnce: Int?
    var faults: [Fault: Int] = [:]
    var recoveries: [Recovery: Int] = [:]
    /// Sentences, for whoever has to find out.
    var problems: [String] = []

    init(run: ChaosRun) { self.run = run }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
