import Foundation
import Notifications

/// The preferred form of a date in HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`.
///
/// **Source:** RFC 9110 §5.6.7, `IMF-fixdate`.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Nil for anything else, the two obsolete forms included. The day's name is not compared with the date.
    static func parse(_ text: String) -> Date? {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: words[2]) else { return nil }
        let monthDigits = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp.date("\(words[3])-\(monthDigits)-\(words[1])T\(words[4])Z")
    }
}
