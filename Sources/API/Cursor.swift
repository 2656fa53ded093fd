import Foundation
import Notifications

/// Where a list goes on, as callers carry it: words that mean nothing to them, in base64url.
///
/// It holds a place and no right: the tenant is the key's, whatever the cursor says.
struct Cursor: Sendable, Hashable {
    let words: [String]

    init(_ words: [String]) { self.words = words }

    var text: String { Data(JSON.array(words.map(JSON.string)).utf8).base64URL }

    /// Nil for anything that `text` did not make.
    init?(_ text: String) {
        guard let data = Data(base64URL: text), let elements = (try? JSON(parsing: Array(data)))?.array else {
            return nil
        }
        words = elements.compactMap(\.string)
        guard words.count == elements.count, !words.contains(where: { $0.utf8.contains(0) }) else { return nil }
    }
}

extension Call {
    /// The place that `after` names, read by `place`; nil for the first page.
    func after<Place>(_ place: (Cursor) -> Place?) throws -> Place? {
        guard let text = query("after") else { return nil }
        guard let place = Cursor(text).flatMap(place) else {
            throw Problem.invalid("after", .invalid, "must be the `next` of the page before")
        }
        return place
    }

    /// Elements of a page.
    func limit() throws -> Int { try query("limit", in: 1...100, default: 20) }
}

extension UUID {
    init?(_ cursor: Cursor) {
        guard cursor.words.count == 1, let id = UUID(uuidString: cursor.words[0]) else { return nil }
        self = id
    }

    var cursor: Cursor { Cursor([text]) }
}
