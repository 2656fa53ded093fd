extension QuietHours {
    /// Reads `{"from":"22:00","to":"07:00","days"?:["fri","sat"],"channels"?:["push"]}`, or `false` for none at all, noting
    /// every problem. Nil where nothing was said.
    init?(_ fields: Fields, _ name: String) {
        if fields.object[name] == .bool(false) {
            self = .never
            return
        }
        guard let nested = fields.nested(name) else { return nil }
        nested.allow(["from", "to", "days", "channels"])
        let (from, to) = (nested.minuteOfDay("from"), nested.minuteOfDay("to"))
        let days = nested.words("days", among: Weekday.allCases, named: \.rawValue)
        let channels = nested.words("channels", among: NotificationChannel.allCases, named: \.rawValue)
        guard let from, let to else { return nil }
        self.init(from: from, to: to)
        if let days { self.days = Set(days) }
        if let channels { self.channels = Set(channels) }
        if from == to, self.days.count == Weekday.allCases.count {
            nested.note("to", .invalid, "must not be the same as from on all days: quiet hours would never end")
        }
    }

    var json: JSON {
        if days.isEmpty { return false }
        return [
            "from": .string(QuietHours.text(from)), "to": .string(QuietHours.text(to)),
            "days": .array(Weekday.allCases.filter(days.contains).map { .string($0.rawValue) }),
            "channels": .array(NotificationChannel.allCases.filter(channels.contains).map { .string($0.rawValue) }),
        ]
    }

    private static func text(_ minute: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minute / 60)):\(two(minute % 60))"
    }
}

extension Fields {
    /// A time of day, `00:00` to `23:59`, in minutes.
    fileprivate func minuteOfDay(_ name: String) -> Int? {
        guard let text = string(name, maximum: 5) else {
            require(name)
            return nil
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
        else {
            note(name, .invalid, "must be a time of day such as 22:00")
            return nil
        }
        return hour * 60 + minute
    }
}
