import Foundation

/// When it is due.
extension NotificationDraft {
    /// How far ahead a send may be planned.
    private static let maximumDelay: Duration = .seconds(366 * 86_400)

    /// Reads `sendAt`, a time or a recipient's own time of day, or `delay` in its place, noting every problem.
    static func dueTime(_ fields: Fields, at now: Date) -> (sendAt: Date?, localTime: LocalTime?) {
        let delay = fields.duration("delay", in: .milliseconds(1)...maximumDelay)
        guard let sendAt = fields.object["sendAt"], !sendAt.isNull else {
            return (delay.map { now.addingTimeInterval($0.timeInterval).roundedUpToMilliseconds }, nil)
        }
        if delay != nil { fields.note("delay", .conflict, "cannot be combined with sendAt") }
        guard sendAt.object == nil else {
            let localTime = fields.nested("sendAt").flatMap { LocalTime($0) }
            if let midnight = localTime?.midnight { checkNearness("sendAt.date", of: midnight, fields, at: now) }
            return (nil, localTime)
        }
        let date = fields.date("sendAt")
        if let date { checkNearness("sendAt", of: date, fields, at: now) }
        return (date, nil)
    }

    private static func checkNearness(_ name: String, of date: Date, _ fields: Fields, at now: Date) {
        if date.timeIntervalSince(now) > maximumDelay.timeInterval {
            fields.note(name, .invalid, "must be within a year from now")
        }
    }

    /// When it is due for somebody in a time zone; nil for at once, as for a time that has passed.
    func due(in timezone: String?, at now: Date) -> Date? {
        let time = localTime?.moment(in: .named(timezone), at: askedAt) ?? sendAt
        return time.flatMap { $0 > now ? $0 : nil }
    }
}

extension Date {
    /// As our JSON keeps it, and never earlier.
    fileprivate var roundedUpToMilliseconds: Date {
        Date(timeIntervalSince1970: (timeIntervalSince1970 * 1000).rounded(.up) / 1000)
    }
}
