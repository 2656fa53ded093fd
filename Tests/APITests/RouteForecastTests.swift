import Notifications
import Queue
import Testing

@testable import API

@Suite struct RouteForecastTests {
    private func candidate(
        _ name: String, rate: Double? = nil, tokens: Int? = nil, blocked: Duration? = nil,
        circuit: CircuitState = .closed, untilProbe: Duration? = nil
    ) -> RouteForecast.Candidate {
        var usage = ProviderUsage(tokens: tokens, blocked: blocked)
        usage.circuit = circuit
        usage.untilProbe = untilProbe
        let limits = ProviderLimits(ratePerSecond: rate, burst: rate.map { _ in 10 })
        return RouteForecast.Candidate(provider: LimitedProvider(name: name, limits: limits), usage: usage)
    }

    private func choice(_ candidates: [RouteForecast.Candidate], cost: Int = 1) -> String? {
        RouteForecast(candidates: candidates, isPaused: false).choice(cost: cost).map {
            "\($0.provider) \($0.wait.map { "\($0.milliseconds)" } ?? "?")"
        }
    }

    @Test func firstThatMaySendIsTaken() {
        #expect(choice([candidate("a"), candidate("b")]) == "a 0")
        #expect(choice([candidate("a", circuit: .open, untilProbe: .seconds(5)), candidate("b")]) == "b 0")
        #expect(choice([candidate("a", blocked: .seconds(5)), candidate("b")]) == "b 0")
        #expect(choice([candidate("a", circuit: .halfOpen), candidate("b")]) == "a 0")
    }

    @Test func ifNoneMayItIsTheOneThatIsThereFirst() {
        let closed = [
            candidate("a", circuit: .open, untilProbe: .seconds(5)), candidate("b", blocked: .seconds(2)),
            candidate("c", blocked: .seconds(9)),
        ]
        #expect(choice(closed) == "b 2000")
    }

    @Test func tokensThatLackAreWaitedFor() {
        #expect(choice([candidate("a", rate: 2, tokens: 1)]) == "a 0")
        #expect(choice([candidate("a", rate: 2, tokens: 0)]) == "a 500")
        #expect(choice([candidate("a", rate: 2, tokens: 1)], cost: 4) == "a 1500")
        #expect(choice([candidate("a", rate: 2, tokens: 10)], cost: 50) == "a 0", "a full bucket grants it")
    }

    @Test func withoutRedisTheFirstIsNamedAndNoWait() {
        let unknown = RouteForecast.Candidate(provider: LimitedProvider(name: "a", limits: .none), usage: nil)
        #expect(choice([unknown, candidate("b")]) == "a ?")
        #expect(choice([]) == nil)
        let forecast = RouteForecast(candidates: [unknown], isPaused: true)
        #expect(forecast.json(cost: 1) == ["provider": "a", "waitSeconds": nil, "paused": true])
    }
}
