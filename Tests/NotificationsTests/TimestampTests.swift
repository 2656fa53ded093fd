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
