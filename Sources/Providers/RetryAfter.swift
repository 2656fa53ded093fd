import Foundation
import HTTPTypes

/// The `Retry-After` of an answer.
///
/// **Source:** RFC 9110 §10.2.3: seconds, or an HTTP date (here in its preferred form only).
enum RetryAfter {
    /// Longer wishes are cut: a server's mistake must not park a delivery for a week.
    static let maximum: Duration = .seconds(15 * 60)

    /// The wait in 0...`maximum`; nil when there is none, or it is nothing that we understand.
    static func parse(_ headers: HTTPFields, at now: Date) -> Duration? {
        headers[.retryAfter].flatMap { parse($0, at: now) }
    }

    static func parse(_ value: String, at now: Date) -> Duration? {
        let value = value.trimmingCharacters(in: .whitespaces)
        if !value.isEmpty, value.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) {
            // Digits that do not fit a number are a very long wait.
            return min(Int64(value).map { .seconds(min($0, 86_400)) } ?? maximum, maximum)
        }
        guard let date = HTTPDate.parse(value) else { return nil }
        return min(max(.zero, .seconds(date.timeIntervalSince(now).rounded(.up))), maximum)
    }
}
