public import Foundation

/// A time of day by the recipient's own clock: `{"localTime": "09:00"}`, or with `"date": "2026-12-01"` of that day only.
public struct LocalTime: Sendable, Hashable {
    /// Since midnight, as a clock shows it.
    public var minutes: Int
    /// Days since 1970-01-01; nil for whichever day comes next.
    public var day: Int?

    public init(minutes: Int, day: Int? = nil) {
        self.minutes = minutes
        self.day = day
    }

    /// Reads `09:00`, or `2026-12-01T09:00` for that day only; nil for anything else, such as what says its zone.
    public init?(_ text: String) {
        let parts = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        guard let minutes = LocalTime.minutes(parts[parts.count - 1]) else { return nil }
        self.minutes = minutes
        if parts.count == 1 { return }
        guard let day = LocalTime.day(parts[0]) else { return nil }
        self.day = day
    }

    /// Reads a request's `sendAt`, noting every problem.
    init?(_ fields: Fields) {
        fields.allow(["localTime", "date"])
        let time = fields.string("localTime", maximum: 16)
        let date = fields.string("date", maximum: 16)
        fields.require("localTime")
        let minutes = time.flatMap(LocalTime.minutes)
        if time != nil, minutes == nil { fields.note("localTime", .invalid, "must be a time of day such as 09:00") }
        day = date.flatMap(LocalTime.day)
        if date != nil, day == nil { fields.note("date", .invalid, "must be a day such as 2026-12-01") }
        guard let minutes else { return nil }
        self.minutes = minutes
    }

    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private static func day(_ text: String) -> Int? {
        // Written again it must be the same: a parser may take the 30th of February for the 2nd of March.
        guard let midnight = Timestamp.date("\(text)T00:00:00Z"), Timestamp.text(midnight).hasPrefix("\(text)T") else {
            return nil
        }
        return Int(midnight.timeIntervalSince1970) / LocalTime.secondsOfDay
    }

    /// As a request says it.
    public var json: JSON {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        var object = JSONObject([("localTime", .string("\(two(minutes / 60)):\(two(minutes % 60))"))])
        object.append("date", midnight.map { .string(String(Timestamp.text($0).prefix { $0 != "T" })) })
        return .object(object)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Of its day, in UTC; nil without one.
    var midnight: Date? { day.map { Date(timeIntervalSince1970: Double($0 * LocalTime.secondsOfDay)) } }

    /// When a clock in `zone` shows this time: on its day, which may be over, or at `now` or next after it.
    ///
    /// A time that the clock shows twice is the first of the two; one that it leaves out is the moment at which it does.
    public func moment(in zone: TimeZone, at now: Date) -> Date {
        let clock = WallClock(zone: zone)
        if let day { return clock.instants(of: minutes, on: day).first }
        let today = clock.day(of: now)
        let moment = clock.instants(of: minutes, on: today).first
        return moment >= now ? moment : clock.instants(of: minutes, on: today + 1).first
    }

    private static let secondsOfDay = 86_400
}

extension TimeZone {
    /// The zone of an IANA name; UTC for nil, and for a name that nobody knows any more.
    public static func named(_ name: String?) -> TimeZone { name.flatMap(TimeZone.init(identifier:)) ?? .gmt }
}
