public import Foundation

/// Hours in which a user is left alone: what falls due within them waits for their end.
///
/// They go by the clocks on the wall. Where those are put back, both of the hours that they show twice are quiet.
public struct QuietHours: Sendable, Hashable {
    /// Minutes after midnight, `0..<1440`.
    public var from: Int
    /// Likewise: of the next day where it is not after `from`.
    public var to: Int
    /// The days on which they begin.
    public var days: Set<Weekday>
    public var channels: Set<NotificationChannel>

    /// The channels that wake people. E-mail and the inbox wait to be looked at, and webhooks are for machines.
    public static let loudChannels: Set<NotificationChannel> = [.push, .sms, .chat]

    /// None, where somebody says so.
    public static let never = QuietHours(from: 0, to: 0, days: [])

    public init(
        from: Int, to: Int, days: Set<Weekday> = Set(Weekday.allCases),
        channels: Set<NotificationChannel> = QuietHours.loudChannels
    ) {
        self.from = from
        self.to = to
        self.days = days
        self.channels = channels
    }

    /// When they are over that are at this instant; nil where none are. Those that begin as others end go on.
    public func end(at date: Date, in zone: TimeZone) -> Date? {
        let clock = WallClock(zone: zone)
        var end: Date?
        for _ in Weekday.allCases {
            guard let next = endOfOne(at: end ?? date, clock) else { break }
            end = next
        }
        return end
    }

    private func endOfOne(at date: Date, _ clock: WallClock) -> Date? {
        let today = clock.day(of: date)
        return [today - 1, today].compactMap { day -> Date? in
            guard days.contains(Weekday(of: day)) else { return nil }
            let start = clock.instants(of: from, on: day).first
            let end = clock.instants(of: to, on: to > from ? day : day + 1).last
            return start <= date && date < end ? end : nil
        }.max()
    }
}

public enum Weekday: String, Sendable, Hashable, CaseIterable {
    case mon, tue, wed, thu, fri, sat, sun

    /// - Parameter day: counted from 1970-01-01, a Thursday.
    init(of day: Int) {
        let place = (day + 3) % 7
        self = Weekday.allCases[place < 0 ? place + 7 : place]
    }
}
