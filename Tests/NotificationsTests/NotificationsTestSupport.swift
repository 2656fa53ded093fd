import Foundation
import Notifications
import Testing

/// A time with whole milliseconds, as our JSON keeps it.
func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_790_000_000 + seconds) }

/// Readers for the members of one JSON object.
func fields(_ text: String) throws -> Fields {
    Fields(try #require(try JSON(parsing: text).object))
}

extension Fields {
    /// Each problem as `path code`.
    var lines: [String] { problems.map { "\($0.field) \($0.code)" } }
}

extension DeliveryFailure {
    static let test = DeliveryFailure(code: "test", detail: "It was a test.")
}
