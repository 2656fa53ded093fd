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
        (try? milliseconds.parse(text)) ?? (try? seconds.parse(text))
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
