public import Foundation

/// Times as our JSON writes them: RFC 3339 in UTC with milliseconds.
public enum Timestamp {
    private static let milliseconds = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    private static let seconds = Date.ISO8601FormatStyle()

    /// To the nearest millisecond. The format alone cuts off, and a `Date` often lies a little before the millisecond it
    /// was read from: a time would get earlier with every round through our JSON.
    public static func text(_ date: Date) -> String { milliseconds.format(date.addingTimeInterval(0.0005)) }

    /// A date from RFC 3339, with or without a fraction and with any offset; nil when it is none.
    public static func date(_ text: String) -> Date? {
        guard isDateTime(Array(text.utf8)) else { return nil }
        return (try? milliseconds.parse(text)) ?? (try? seconds.parse(text))
    }

    /// Whether it is of the form, with every number in its range: the library alone reads 12:99 as 13:39, a 31st of
    /// February as a day in March, and does not look at what comes after the time.
    ///
    /// **Source:** RFC 3339 §5.6 and §5.7.
    private static func isDateTime(_ text: [UInt8]) -> Bool {
        func number(_ start: Int, _ count: Int = 2) -> Int? {
            let digits = text[start..<start + count]
            guard digits.allSatisfy(isDigit) else { return nil }
            return digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
        }
        guard text.count >= 20, let year = number(0, 4), let month = number(5), let day = number(8),
            let hour = number(11), let minute = number(14), let second = number(17),
            [text[4], text[7], text[10], text[13], text[16]].elementsEqual("--T::".utf8),
            (1...12).contains(month), (1...days(ofMonth: month, year)).contains(day), hour < 24, minute < 60,
            second <= 60
        else { return false }
        var zone = text[19...]
        if zone.first == UInt8(ascii: ".") {
            let fraction = zone.dropFirst().prefix(while: isDigit)
            if fraction.isEmpty { return false }
            zone = zone.dropFirst(1 + fraction.count)
        }
        if zone.elementsEqual("Z".utf8) { return true }
        guard zone.count == 6, zone.first == UInt8(ascii: "+") || zone.first == UInt8(ascii: "-"),
            zone[zone.startIndex + 3] == UInt8(ascii: ":"), let hours = number(zone.startIndex + 1),
            let minutes = number(zone.startIndex + 4)
        else { return false }
        return hours < 24 && minutes < 60
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func days(ofMonth month: Int, _ year: Int) -> Int {
        let isLeap = year.isMultiple(of: 4) && !year.isMultiple(of: 100) || year.isMultiple(of: 400)
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension JSON {
    /// The RFC 3339 text, or null.
    public init(_ date: Date?) { self = date.map { .string(Timestamp.text($0)) } ?? .null }

    public var date: Date? { string.flatMap(Timestamp.date) }
}

extension Duration {
    /// For clocks and columns that count in seconds.
    public var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) * 1e-18
    }

    /// Whole milliseconds, rounded up: a wait must not end early.
    public var milliseconds: Int {
        // In integers: as a fraction of a second, one millisecond in ten would be rounded up to the next.
        let (whole, rest) = components.attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000)
        return Int(components.seconds * 1000 + whole + (rest > 0 ? 1 : 0))
    }
}
