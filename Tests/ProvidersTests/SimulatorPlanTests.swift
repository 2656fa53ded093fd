import Testing

@testable import Providers

@Suite struct SimulatorPlanTests {
    /// **Source:** the reference implementation by S. Vigna, for the seed 1234567.
    @Test func generatorGivesTheReferenceNumbers() {
        var random = SplitMix64(seed: 1_234_567)
        let numbers = (0..<3).map { _ in random.next() }
        #expect(numbers == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423])
    }

    @Test func planIsAFunctionOfSeedKeyAndNumber() throws {
        let text = "latency=5ms..50ms,retry=0.2,throttle=0.2,reject=0.2,invalidRecipient=0.2,acceptThenTimeout=0.1"
        let first = try SimulatorConfiguration(parsing: text + ",seed=1")
        let second = try SimulatorConfiguration(parsing: text + ",seed=2")
        let plan = plans(first, count: 200)
        #expect(plans(first, count: 200) == plan)
        #expect(plans(second, count: 200) != plan)
        #expect((0..<200).map { SimulatorPlan(first, idempotencyKey: "key\($0)", number: 2) } != plan)
    }

    @Test func ratesAreKept() throws {
        let configuration = try SimulatorConfiguration(
            parsing: "retry=0.10,throttle=0.05,reject=0.03,invalidRecipient=0.02,acceptThenTimeout=0.01,seed=7")
        let count = 100_000
        let answers = Dictionary(grouping: plans(configuration, count: count), by: \.answer).mapValues(\.count)
        let rates: [SimulatorPlan.Answer: Double] = [
            .accept: 0.79, .retry: 0.10, .throttle: 0.05, .reject: 0.03, .invalidRecipient: 0.02,
            .acceptThenTimeout: 0.01,
        ]
        for (answer, rate) in rates {
            // Five standard deviations.
            let slack = 5 * (rate * (1 - rate) / Double(count)).squareRoot()
            #expect(abs(Double(answers[answer] ?? 0) / Double(count) - rate) < slack, "\(answer)")
        }
    }

    @Test func attemptsOfOneMessageAreDrawnApart() throws {
        let configuration = try SimulatorConfiguration(parsing: "retry=0.5,seed=7")
        let retried = (1...10_000).count {
            SimulatorPlan(configuration, idempotencyKey: "key", number: $0).answer == .retry
        }
        #expect(4_750...5_250 ~= retried)
    }

    @Test func fullRateLeavesNothingToAccept() throws {
        let configuration = try SimulatorConfiguration(parsing: "reject=1")
        #expect(plans(configuration, count: 1_000).allSatisfy { $0.answer == .reject })
    }

    @Test func uniformLatencyFillsItsRange() throws {
        let latencies = try sorted("latency=10ms..20ms")
        #expect(latencies.allSatisfy { .milliseconds(10) ... .milliseconds(20) ~= $0 })
        #expect(.milliseconds(14.8) ... .milliseconds(15.2) ~= latencies[latencies.count / 2])
    }

    @Test func logNormalLatencyHasItsPercentiles() throws {
        let latencies = try sorted("latency=20ms~200ms")
        #expect(.milliseconds(19) ... .milliseconds(21) ~= latencies[latencies.count / 2])
        #expect(.milliseconds(170) ... .milliseconds(230) ~= latencies[latencies.count * 99 / 100])
    }

    private func plans(_ configuration: SimulatorConfiguration, count: Int) -> [SimulatorPlan] {
        (0..<count).map { SimulatorPlan(configuration, idempotencyKey: "key\($0)", number: 1) }
    }

    private func sorted(_ text: String) throws -> [Duration] {
        plans(try SimulatorConfiguration(parsing: text), count: 20_000).map(\.latency).sorted()
    }
}
