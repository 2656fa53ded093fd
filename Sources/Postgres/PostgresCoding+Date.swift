public import Foundation

/// `timestamptz`: microseconds since 2000-01-01, the ends of `Int64` standing for the two infinities.
///
/// Exact to the microsecond for some two centuries around now; further out a `Date`, being a `Double` of seconds,
/// is coarser.
extension Date: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    /// From the first of January 2000 (Postgres) to that of 2001 (Foundation): 366 days.
    private static let secondsBetweenEpochs: Double = 31_622_400
    private static let microsecondsPerSecond: Double = 1_000_000

    public static var postgresType: PostgresType { .timestamptz }
    public static var postgresArrayType: PostgresType { .timestamptzArray }

    public func encode(into buffer: inout PostgresBuffer) {
        switch timeIntervalSinceReferenceDate {
        case .infinity: buffer.write(Int64.max)
        case -.infinity: buffer.write(Int64.min)
        case let seconds:
            let microseconds = (seconds + Self.secondsBetweenEpochs) * Self.microsecondsPerSecond
            guard let value = Int64(exactly: microseconds.rounded()) else {
                buffer.refuse("a date is outside what Postgres can hold")
                return
            }
            buffer.write(value)
        }
    }

    public init?(postgres cell: PostgresCell) {
        guard cell.type == .timestamptz, let value = cell.number(Int64.self) else { return nil }
        switch value {
        case .max: self.init(timeIntervalSinceReferenceDate: .infinity)
        case .min: self.init(timeIntervalSinceReferenceDate: -.infinity)
        default:
            let seconds = Double(value) / Self.microsecondsPerSecond
            self.init(timeIntervalSinceReferenceDate: seconds - Self.secondsBetweenEpochs)
        }
    }
}
