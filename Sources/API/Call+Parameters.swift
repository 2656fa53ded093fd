import Foundation
import Hummingbird
import Notifications

extension Call {
    /// The notification that the path names; what is no id names none.
    func notificationId() throws -> UUID {
        guard let id = parameters.get("id").flatMap(UUID.init(uuidString:)) else { throw Problem.notFound }
        return id
    }

    func userId() throws -> String { try text("id", field: "userId", maximum: 256) }

    func topicName() throws -> String {
        try text("name", field: "name", maximum: NotificationDraft.maximumTopicName)
    }

    func deviceId() throws -> String { try text("deviceId", field: "deviceId", maximum: 128) }

    /// A part of the path, of at most `maximum` bytes.
    func text(_ name: String, field: String, maximum: Int) throws -> String {
        guard let text = parameters.get(name)?.removingPercentEncoding, !text.isEmpty else { throw Problem.notFound }
        if text.utf8.count > maximum {
            throw Problem.invalid(field, .tooLong, "must be at most \(maximum) bytes")
        }
        if text.utf8.contains(0) { throw Problem.invalid(field, .invalid, "must not contain a NUL character") }
        return text
    }

    /// A parameter of the query. An empty one is not a missing one: who asks for `before=` forgot to say when, and must not
    /// be given what they would get without it.
    func query(_ name: String) -> String? {
        request.uri.queryParameters[name[...]].map { String($0) }
    }

    /// A number of the query within `range`.
    func query(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws -> Int {
        guard let text = query(name) else { return standard }
        guard let number = Int(text), range.contains(number) else {
            throw Problem.invalid(
                name, .invalid, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// One word of a closed set.
    func queryWord<Word: RawRepresentable>(_ name: String, among words: [Word]) throws -> Word?
    where Word.RawValue == String {
        guard let text = query(name) else { return nil }
        guard let word = words.first(where: { $0.rawValue == text }) else {
            throw Problem.invalid(name, .invalid, "must be one of \(words.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// Text as it is to be compared with what is stored.
    func queryText(_ name: String, maximum: Int = 256) throws -> String? {
        guard let text = query(name) else { return nil }
        if text.isEmpty { throw Problem.invalid(name, .invalid, "must not be empty") }
        if text.utf8.count > maximum { throw Problem.invalid(name, .tooLong, "must be at most \(maximum) bytes") }
        if text.utf8.contains(0) { throw Problem.invalid(name, .invalid, "must not contain a NUL character") }
        return text
    }

    func queryDate(_ name: String) throws -> Date? {
        guard let text = query(name) else { return nil }
        guard let date = Timestamp.date(text) else {
            throw Problem.invalid(name, .invalid, "must be an RFC 3339 time such as 2026-12-01T08:00:00Z")
        }
        return date
    }

    func queryId(_ name: String) throws -> UUID? {
        guard let text = query(name) else { return nil }
        guard let id = UUID(uuidString: text) else { throw Problem.invalid(name, .invalid, "must be an id") }
        return id
    }

    /// A comma-separated list of words out of a closed set; empty when it is missing.
    func queryList(_ name: String, among words: [String]) throws -> [String] {
        let list = query(name)?.split(separator: ",", omittingEmptySubsequences: false).map { String($0) } ?? []
        if list.contains(where: { !words.contains($0) }) {
            throw Problem.invalid(name, .invalid, "must be a list of \(words.joined(separator: ", "))")
        }
        return list
    }
}
