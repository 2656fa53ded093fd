import Foundation
import Notifications
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("2026-12-01T08:00:00Z", 1_796_112_000.0),
        ("2026-12-01T08:00:00.250Z", 1_796_112_000.25),
        ("2026-12-01T08:00:00.5Z", 1_796_112_000.5),
        ("2026-12-01T09:30:00+01:30", 1_796_112_000.0),
        ("2026-12-01T03:00:00.250-05:00", 1_796_112_000.25),
    ]) func timesWithAndWithoutFractionAndOffsetAreRead(text: String, seconds: Double) {
        #expect(Timestamp.date(text) == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: ["", "yesterday", "2026-12-01", "2026-12-01T08:00:00", "2026-13-01T08:00:00Z", "1796112000"])
    func anythingElseIsNone(text: String) {
        #expect(Timestamp.date(text) == nil)
    }

    @Test(arguments: [
        "2026-12-01T12:99:00Z", "2026-12-01T24:00:00Z", "2026-12-01T08:00:61Z", "2026-02-29T08:00:00Z",
        "2026-04-31T08:00:00Z", "2026-00-01T08:00:00Z", "2026-12-00T08:00:00Z", "2026-12-01T08:00:00Zulu",
        "2026-12-01T08:00:00.Z", "2026-12-01T08:00:00+24:00", "2026-12-01T08:00:00+01:60", "2026-12-01T08:00:00+0100",
        "2026-12-01T08:00:00+01:00 ", " 2026-12-01T08:00:00Z", "2026-12-01 08:00:00Z", "2026-12-01T08:00:00,5Z",
    ])
    func timeThatNoClockShowsIsNone(text: String) {
        #expect(Timestamp.date(text) == nil)
    }

    @Test func leapDaysAreDays() {
        #expect(Timestamp.date("2028-02-29T00:00:00Z") != nil && Timestamp.date("2000-02-29T00:00:00Z") != nil)
        #expect(Timestamp.date("2100-02-29T00:00:00Z") == nil)
    }

    @Test func everyMillisecondKeepsItsText() {
        let texts = (0..<1000).map { "2026-12-01T08:00:00.\(String($0 + 1000).dropFirst())Z" }
        #expect(texts.filter { Timestamp.date($0).map(Timestamp.text) != $0 } == [])
    }

    @Test func timesAreWrittenToTheNearestMillisecond() {
        let second = Date(timeIntervalSince1970: 1_796_112_000)
        #expect(Timestamp.text(second.addingTimeInterval(0.0014)) == "2026-12-01T08:00:00.001Z")
        #expect(Timestamp.text(second.addingTimeInterval(0.0016)) == "2026-12-01T08:00:00.002Z")
        #expect(Timestamp.text(second.addingTimeInterval(0.9996)) == "2026-12-01T08:00:01.000Z")
    }

    @Test func datesTravelThroughJSON() {
        let date = Date(timeIntervalSince1970: 1_796_112_000.25)
        #expect(JSON(date) == "2026-12-01T08:00:00.250Z")
        #expect(JSON(date).date == date)
        #expect(JSON(nil as Date?) == .null)
        #expect(JSON.number("5").date == nil)
    }
}
