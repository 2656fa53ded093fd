import Foundation
import Notifications
import TestSupport
import Testing

@Suite struct QuietHoursTests {
    /// Quiet hours of a zone, an instant, and when they end that are then; nil where none are.
    private typealias Case = (zone: String, hours: String, at: String, end: String?)

    /// Hours as `22:00-07:00`.
    private func quiet(_ hours: String) -> QuietHours {
        let numbers = hours.split { $0 == ":" || $0 == "-" }.compactMap { Int($0) }
        return QuietHours(from: numbers[0] * 60 + numbers[1], to: numbers[2] * 60 + numbers[3])
    }

    private func expect(_ cases: [Case], _ location: SourceLocation = #_sourceLocation) throws {
        for sample in cases {
            let zone = try #require(TimeZone(identifier: sample.zone))
            let date = try #require(Timestamp.date(sample.at), sourceLocation: location)
            let end = quiet(sample.hours).end(at: date, in: zone)
            #expect(
                end == sample.end.flatMap(Timestamp.date), "\(sample) \(end.map(Timestamp.text) ?? "-")",
                sourceLocation: location)
        }
    }

    @Test func nightLastsOverMidnight() throws {
        try expect([
            ("Europe/Stockholm", "22:00-07:00", "2026-07-01T19:59:59Z", nil),
            ("Europe/Stockholm", "22:00-07:00", "2026-07-01T20:00:00Z", "2026-07-02T05:00:00Z"),
            ("Europe/Stockholm", "22:00-07:00", "2026-07-02T04:59:59Z", "2026-07-02T05:00:00Z"),
            ("Europe/Stockholm", "22:00-07:00", "2026-07-02T05:00:00Z", nil),
            ("America/New_York", "22:00-07:00", "2026-07-02T02:00:00Z", "2026-07-02T11:00:00Z"),
            ("Asia/Kolkata", "22:00-07:00", "2026-06-01T16:29:59Z", nil),
            ("Asia/Kolkata", "22:00-07:00", "2026-06-01T16:30:00Z", "2026-06-02T01:30:00Z"),
            ("Australia/Lord_Howe", "22:00-07:00", "2026-07-01T11:30:00Z", "2026-07-01T20:30:00Z"),
            ("UTC", "22:00-07:00", "1969-12-31T23:00:00Z", "1970-01-01T07:00:00Z"),
        ])
    }

    @Test func hoursOfOneDayEndOnIt() throws {
        try expect([
            ("Europe/Stockholm", "12:00-13:00", "2026-01-10T10:59:59Z", nil),
            ("Europe/Stockholm", "12:00-13:00", "2026-01-10T11:30:00Z", "2026-01-10T12:00:00Z"),
            ("Europe/Stockholm", "12:00-13:00", "2026-01-10T12:00:00Z", nil),
        ])
    }

    /// Stockholm: 2026-03-29 01:00Z, New York: 2026-03-08 07:00Z, Lord Howe: 2026-10-03 15:30Z, by half an hour.
    @Test func clocksPutForward() throws {
        try expect([
            ("Europe/Stockholm", "22:00-07:00", "2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z"),
            ("Europe/Stockholm", "22:00-02:30", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"),
            ("Europe/Stockholm", "02:30-06:00", "2026-03-29T00:59:59Z", nil),
            ("Europe/Stockholm", "02:30-06:00", "2026-03-29T01:00:00Z", "2026-03-29T04:00:00Z"),
            ("Europe/Stockholm", "02:10-02:50", "2026-03-29T01:00:00Z", nil),
            ("America/New_York", "22:00-07:00", "2026-03-08T03:00:00Z", "2026-03-08T11:00:00Z"),
            ("America/New_York", "22:00-02:30", "2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z"),
            ("Australia/Lord_Howe", "22:00-02:15", "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"),
            ("Australia/Lord_Howe", "22:00-07:00", "2026-10-03T12:00:00Z", "2026-10-03T20:00:00Z"),
            ("Asia/Kolkata", "22:00-02:30", "2026-03-28T20:30:00Z", "2026-03-28T21:00:00Z"),
        ])
    }

    /// Stockholm: 2026-10-25 01:00Z, New York: 2026-11-01 06:00Z, Lord Howe: 2026-04-04 15:00Z, by half an hour.
    @Test func clocksPutBack() throws {
        try expect([
            ("Europe/Stockholm", "22:00-07:00", "2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z"),
            ("Europe/Stockholm", "22:00-02:30", "2026-10-25T00:10:00Z", "2026-10-25T01:30:00Z"),
            ("Europe/Stockholm", "22:00-02:30", "2026-10-25T00:45:00Z", "2026-10-25T01:30:00Z"),
            ("Europe/Stockholm", "22:00-02:30", "2026-10-25T01:30:00Z", nil),
            ("Europe/Stockholm", "02:30-06:00", "2026-10-25T00:29:59Z", nil),
            ("Europe/Stockholm", "02:30-06:00", "2026-10-25T00:30:00Z", "2026-10-25T05:00:00Z"),
            ("Europe/Stockholm", "02:30-06:00", "2026-10-25T01:10:00Z", "2026-10-25T05:00:00Z"),
            ("America/New_York", "22:00-07:00", "2026-11-01T03:00:00Z", "2026-11-01T12:00:00Z"),
            ("America/New_York", "22:00-01:30", "2026-11-01T05:10:00Z", "2026-11-01T06:30:00Z"),
            ("Australia/Lord_Howe", "22:00-01:45", "2026-04-04T14:30:00Z", "2026-04-04T15:15:00Z"),
            ("Australia/Lord_Howe", "22:00-07:00", "2026-04-04T11:00:00Z", "2026-04-04T20:30:00Z"),
        ])
    }

    /// 2026-11-20 is a Friday.
    @Test func daysAreThoseOnWhichTheyBegin() throws {
        var quiet = QuietHours(from: 22 * 60, to: 8 * 60)
        quiet.days = [.fri]
        func end(_ at: String) throws -> Date? { quiet.end(at: try #require(Timestamp.date(at)), in: .gmt) }
        #expect(try end("2026-11-20T07:00:00Z") == nil)
        #expect(try end("2026-11-20T22:00:00Z") == Timestamp.date("2026-11-21T08:00:00Z"))
        #expect(try end("2026-11-21T07:59:00Z") == Timestamp.date("2026-11-21T08:00:00Z"))
        #expect(try end("2026-11-21T22:00:00Z") == nil)
    }

    @Test func wholeDaysFollowOneAnother() throws {
        let quiet = QuietHours(from: 0, to: 0, days: [.sat, .sun, .mon])
        let zone = try #require(TimeZone(identifier: "Europe/Stockholm"))
        func end(_ at: String) throws -> Date? { quiet.end(at: try #require(Timestamp.date(at)), in: zone) }
        #expect(try end("2026-11-20T22:59:59Z") == nil)
        for at in ["2026-11-20T23:00:00Z", "2026-11-21T12:00:00Z", "2026-11-23T22:59:59Z"] {
            #expect(try end(at) == Timestamp.date("2026-11-23T23:00:00Z"))
        }
        #expect(try end("2026-11-23T23:00:00Z") == nil)
    }

    /// At any second of two weeks with a change of clocks, the end is later, is not quiet, and is the same until then.
    @Test(arguments: ["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
    func endIsTheFirstInstantThatIsNotQuiet(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        var generator = SeededGenerator(seed: 7)
        for start in ["2026-03-01", "2026-03-24", "2026-10-20", "2026-10-01", "2026-04-01"] {
            let first = try #require(Timestamp.date("\(start)T00:00:00Z"))
            for _ in 0..<100 {
                let quiet = QuietHours(
                    from: .random(in: 0..<1440, using: &generator), to: .random(in: 0..<1440, using: &generator),
                    days: Set(Weekday.allCases.filter { _ in Bool.random(using: &generator) }.dropFirst()))
                let date = first.addingTimeInterval(Double(Int.random(in: 0..<604_800, using: &generator)))
                guard let end = quiet.end(at: date, in: zone) else { continue }
                #expect(end > date)
                #expect(quiet.end(at: end, in: zone) == nil)
                let between = date.addingTimeInterval(
                    end.timeIntervalSince(date) * .random(in: 0..<1, using: &generator))
                #expect(quiet.end(at: between, in: zone) == end, "\(quiet) \(date) \(between)")
            }
        }
    }

    @Test func noneMeansNone() throws {
        let never = try #require(Preferences(try fields(#"{"quietHours":false}"#)).quietHours)
        #expect(never == .never)
        #expect(never.end(at: moment(0), in: .gmt) == nil)
    }
}
