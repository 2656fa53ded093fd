import Testing

@testable import Providers

@Suite struct SimulatorConfigurationTests {
    @Test func everyPartIsRead() throws {
        let text =
            "latency=5ms..50ms,retry=0.01,throttle=0.02,retryAfter=3s,authentication=0.05,reject=0.03,invalidRecipient=0.04,"
            + "acceptThenTimeout=0.001,silence=250us,seed=7,journal=/tmp/a=b"
        var expected = SimulatorConfiguration()
        expected.latency = .uniform(.milliseconds(5) ... .milliseconds(50))
        expected.retryRate = 0.01
        expected.throttleRate = 0.02
        expected.retryAfter = .seconds(3)
        expected.authenticationRate = 0.05
        expected.rejectRate = 0.03
        expected.invalidRecipientRate = 0.04
        expected.acceptThenTimeoutRate = 0.001
        expected.silence = .microseconds(250)
        expected.seed = 7
        expected.journal = "/tmp/a=b"
        #expect(try SimulatorConfiguration(parsing: text) == expected)
    }

    @Test func emptyTextIsTheDefault() throws {
        #expect(try SimulatorConfiguration(parsing: "") == SimulatorConfiguration())
    }

    @Test(arguments: [
        ("latency=20ms", LatencyDistribution.constant(.milliseconds(20))),
        ("latency=0s..2s", .uniform(.zero ... .seconds(2))),
        ("latency=20ms~200ms", .logNormal(median: .milliseconds(20), p99: .milliseconds(200))),
    ])
    func latencyIsRead(text: String, latency: LatencyDistribution) throws {
        #expect(try SimulatorConfiguration(parsing: text).latency == latency)
    }

    @Test(arguments: [
        ("retry", "is not name=value"), ("retry=", "is not name=value"), ("speed=1", "is not a setting it has"),
        ("retry=1.1", "is not a share in 0...1"), ("retry=-0.1", "is not a share in 0...1"),
        ("retry=nan", "is not a share in 0...1"), ("reject=x", "is not a share in 0...1"),
        ("latency=5", "is not a latency such as 5ms..50ms"), ("latency=9ms..5ms", "is not a latency such as 5ms..50ms"),
        ("latency=1ms..2ms..3ms", "is not a latency such as 5ms..50ms"),
        ("retryAfter=-1s", "is not a time such as 5ms"), ("silence=1h", "is not a time such as 5ms"),
        ("silence=9999999999999s", "is not a time such as 5ms"), ("seed=-1", "is not a whole number"),
    ])
    func badPartIsNamed(part: String, problem: String) {
        #expect(throws: ProvidersError.invalidSimulator(part: part, problem: problem)) {
            try SimulatorConfiguration(parsing: "seed=1,\(part),throttle=0.1")
        }
    }

    @Test func ratesOverOneInSumAreRefused() {
        #expect(throws: ProvidersError.self) { try SimulatorConfiguration(parsing: "retry=0.6,reject=0.6") }
    }
}
