import Foundation
import TestSupport
import Testing

@testable import Notifications

@Suite struct LocalTimeTests {
    private func time(_ text: String) throws -> LocalTime {
        let fields = try fields(text)
        let time = try #require(LocalTime(fields))
        #expect(fields.problems.isEmpty)
        return time
    }

    private func moment(_ time: LocalTime, _ zone: String, at now: String) throws -> String {
        let zone = try #require(TimeZone(identifier: zone))
        return Timestamp.text(time.moment(in: zone, at: try #require(Timestamp.date(now))))
    }

    @Test(arguments: ["09:00", "00:05", "23:59", "2026-12-01T09:00", "2024-02-29T00:00", "1969-12-31T12:30"])
    func textIsReadAndWrittenAsARequestSaysIt(text: String) throws {
        let read = try #require(LocalTime(text))
        #expect(try time(read.json.text) == read)
        let parts = text.split(separator: "T").map { JSON.string(String($0)) }
        #expect(read.json["localTime"] == parts.last && read.json["date"] == parts.dropLast().first)
    }

    @Test(arguments: [
        "", "9:00", "24:00", "09:60", "09:00:00", "09:00Z", "T09:00", "2026-02-30T09:00", "2026-12-01T09:00:00Z",
        "2026-12-01T09:00+01:00", "2026-12-01T", "2026-12-01",
    ])
    func whatSaysItsZoneOrNoTimeIsNone(text: String) {
        #expect(LocalTime(text) == nil)
    }

    /// What the clock on the wall shows there, in UTC.
    @Test(arguments: [
        ("2026-12-01", "09:00", "UTC", "2026-12-01T09:00:00.000Z"),
        ("2026-12-01", "09:00", "Europe/Stockholm", "2026-12-01T08:00:00.000Z"),
        ("2026-07-01", "09:00", "Europe/Stockholm", "2026-07-01T07:00:00.000Z"),
        ("2026-12-01", "09:00", "Asia/Kolkata", "2026-12-01T03:30:00.000Z"),
        ("2026-12-01", "09:00", "Pacific/Kiritimati", "2026-11-30T19:00:00.000Z"),
        ("2026-12-01", "09:00", "Pacific/Pago_Pago", "2026-12-01T20:00:00.000Z"),
        // Set forward: 02:30 is left out, and is the moment after 01:59:59.
        ("2026-03-29", "01:59", "Europe/Stockholm", "2026-03-29T00:59:00.000Z"),
        ("2026-03-29", "02:00", "Europe/Stockholm", "2026-03-29T01:00:00.000Z"),
        ("2026-03-29", "02:30", "Europe/Stockholm", "2026-03-29T01:00:00.000Z"),
        ("2026-03-29", "03:00", "Europe/Stockholm", "2026-03-29T01:00:00.000Z"),
        ("2026-03-29", "03:30", "Europe/Stockholm", "2026-03-29T01:30:00.000Z"),
        ("2026-03-08", "02:30", "America/New_York", "2026-03-08T07:00:00.000Z"),
        // Set back: 02:30 is there twice, and is the first of them.
        ("2026-10-25", "01:59", "Europe/Stockholm", "2026-10-24T23:59:00.000Z"),
        ("2026-10-25", "02:30", "Europe/Stockholm", "2026-10-25T00:30:00.000Z"),
        ("2026-10-25", "03:00", "Europe/Stockholm", "2026-10-25T02:00:00.000Z"),
        ("2026-11-01", "01:30", "America/New_York", "2026-11-01T05:30:00.000Z"),
        ("2026-11-01", "02:00", "America/New_York", "2026-11-01T07:00:00.000Z"),
        // By half an hour.
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"),
        ("2026-10-04", "02:30", "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"),
        ("2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00.000Z"),
        ("2026-04-05", "02:00", "Australia/Lord_Howe", "2026-04-04T15:30:00.000Z"),
        // A whole day left out, at the date line.
        ("2011-12-29", "09:00", "Pacific/Apia", "2011-12-29T19:00:00.000Z"),
        ("2011-12-30", "09:00", "Pacific/Apia", "2011-12-30T10:00:00.000Z"),
        ("2011-12-31", "09:00", "Pacific/Apia", "2011-12-30T19:00:00.000Z"),
    ]) func dayAndTimeAreThoseOfTheZone(day: String, clock: String, zone: String, expected: String) throws {
        let time = try time(#"{"localTime":"\#(clock)","date":"\#(day)"}"#)
        #expect(try moment(time, zone, at: "2026-01-01T00:00:00Z") == expected)
        #expect(try moment(time, zone, at: "2030-01-01T00:00:00Z") == expected, "though it is over")
    }

    /// The next time that the clock shows it, from now on.
    @Test(arguments: [
        ("09:00", "UTC", "2026-12-01T08:59:59.999Z", "2026-12-01T09:00:00.000Z"),
        ("09:00", "UTC", "2026-12-01T09:00:00Z", "2026-12-01T09:00:00.000Z"),
        ("09:00", "UTC", "2026-12-01T09:00:00.001Z", "2026-12-02T09:00:00.000Z"),
        ("00:00", "Asia/Tokyo", "2026-12-31T15:00:00.001Z", "2027-01-01T15:00:00.000Z"),
        ("09:00", "America/New_York", "2026-12-01T03:00:00Z", "2026-12-01T14:00:00.000Z"),
        ("22:00", "America/New_York", "2026-12-01T02:00:00Z", "2026-12-01T03:00:00.000Z"),
        ("09:00", "Pacific/Kiritimati", "2026-12-01T18:00:00Z", "2026-12-01T19:00:00.000Z"),
        // The night before the clock is set forward or back is an hour shorter or longer.
        ("09:00", "Europe/Stockholm", "2026-03-28T09:00:00Z", "2026-03-29T07:00:00.000Z"),
        ("09:00", "Europe/Stockholm", "2026-10-24T09:00:00Z", "2026-10-25T08:00:00.000Z"),
        // Between the two times that it shows 02:30, the first is over.
        ("02:30", "Europe/Stockholm", "2026-10-25T00:45:00Z", "2026-10-26T01:30:00.000Z"),
        ("02:30", "Europe/Stockholm", "2026-03-29T00:59:59Z", "2026-03-29T01:00:00.000Z"),
        ("02:30", "Europe/Stockholm", "2026-03-29T01:00:01Z", "2026-03-30T00:30:00.000Z"),
    ]) func withoutADayItIsTheNextOne(clock: String, zone: String, now: String, expected: String) throws {
        #expect(try moment(time(#"{"localTime":"\#(clock)"}"#), zone, at: now) == expected)
    }

    @Test func itIsNeverOverAndNeverFurtherThanADayAndItsHour() throws {
        var generator = SeededGenerator(seed: 7)
        let zones = ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Cairo"]
        for _ in 0..<5000 {
            let zone = TimeZone.named(zones.randomElement(using: &generator))
            let now = Date(timeIntervalSince1970: .random(in: 1_767_225_600...1_830_000_000, using: &generator))
            let minutes = Int.random(in: 0..<1440, using: &generator)
            let clock = String(format: "%02d:%02d", minutes / 60, minutes % 60)
            let moment = try time(#"{"localTime":"\#(clock)"}"#).moment(in: zone, at: now)
            #expect(moment >= now && moment <= now + 90_000, "\(clock) in \(zone.identifier) at \(now)")
        }
    }
}
