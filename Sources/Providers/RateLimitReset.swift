import Foundation
import HTTPTypes

/// The `X-RateLimit-Reset` of an answer: when the next request is welcome, in seconds since 1970 or from now.
///
/// **Source:** SendGrid "Rate Limits" and Mailgun "API response codes", which write the first; others write the second.
enum RateLimitReset {
    /// A count of seconds beyond this is a time: it was 1970-01-12 then.
    private static let longestSpan = 1_000_000.0

    static func parse(_ headers: HTTPFields, at now: Date) -> Duration? {
        guard let name = HTTPField.Name("X-RateLimit-Reset"), let text = headers[name], let number = Double(text),
            number.isFinite
        else { return nil }
        let seconds = number > longestSpan ? number - now.timeIntervalSince1970 : number
        return min(.seconds(min(max(0, seconds), longestSpan).rounded(.up)), RetryAfter.maximum)
    }
}
