import Notifications
import Testing

@Suite struct DurationTests {
    @Test(arguments: [
        ("0s", Duration.zero), ("250ms", .milliseconds(250)), ("90s", .seconds(90)), ("15m", .seconds(900)),
        ("2h", .seconds(7200)), ("3d", .seconds(259_200)), ("1000000000s", .seconds(1_000_000_000)),
    ]) func shorthandIsRead(text: String, duration: Duration) {
        #expect(Duration(shorthand: text) == duration)
    }

    @Test(arguments: ["", "s", "ms", "5", "5w", "1.5h", "-5s", " 5s", "5 s", "5S", "1h30m", "1000000001s", "5mss"])
    func anythingElseIsNone(text: String) {
        #expect(Duration(shorthand: text) == nil)
    }

    @Test func millisecondsAreExact() {
        let counts = Array(0...20_000) + [3_600_000, 86_400_000, 1_790_000_000_123]
        #expect(counts.filter { Duration.milliseconds($0).milliseconds != $0 } == [])
        #expect((0...20_000).filter { Duration(shorthand: "\($0)ms") != .milliseconds($0) } == [])
    }

    @Test func millisecondsAreRoundedUp() {
        #expect(Duration.microseconds(1).milliseconds == 1)
        #expect(Duration.microseconds(1001).milliseconds == 2)
        #expect(Duration.nanoseconds(-1).milliseconds == 0)
        #expect(Duration.milliseconds(-5).milliseconds == -5)
    }

    @Test func timeIntervalCountsSeconds() {
        #expect(Duration.milliseconds(1500).timeInterval == 1.5)
    }
}
