public import Foundation

/// Reads the members of one object and notes every problem, instead of stopping at the first.
///
/// Requests and our own stored documents are read by the same code: of a stored one the problems are ignored.
public struct Fields {
    public let object: JSONObject
    public let path: String
    private let log: ProblemLog

    /// The problems of one reading, shared by the readers of all nested objects.
    public final class ProblemLog {
        public fileprivate(set) var problems: [FieldProblem] = []
        public init() {}
    }

    public init(_ object: JSONObject, path: String = "", log: ProblemLog = ProblemLog()) {
        self.object = object
        self.path = path
        self.log = log
    }

    public var problems: [FieldProblem] { log.problems }

    /// Notes a problem of the member `name`, or of the object itself when `name` is empty.
    public func note(_ name: String, _ code: FieldProblem.Code, _ message: String) {
        log.problems.append(FieldProblem(field: path(of: name), code: code, message: message))
    }

    public func path(of name: String) -> String {
        if name.isEmpty { return path }
        return path.isEmpty ? name : "\(path).\(name)"
    }

    /// Notes every member that is none of `names`.
    public func allow(_ names: Set<String>) {
        for member in object.members where !names.contains(member.name) {
            note(member.name, .unknown, "is not a known field")
        }
    }

    /// A member that is present and not null.
    private func present(_ name: String) -> JSON? {
        guard let value = object[name], !value.isNull else { return nil }
        return value
    }

    private func wrongType(_ name: String, _ value: JSON, _ expected: String) {
        note(name, .wrongType, "must be \(expected), not \(value.kind)")
    }

    /// A non-empty string of at most `maximum` UTF-8 bytes.
    public func string(_ name: String, maximum: Int) -> String? {
        guard let value = present(name) else { return nil }
        guard let text = value.string else {
            wrongType(name, value, "a string")
            return nil
        }
        if text.isEmpty { note(name, .invalid, "must not be empty") }
        if text.utf8.count > maximum { note(name, .tooLong, "must be at most \(maximum) bytes") }
        return text
    }

    public func object(_ name: String) -> JSONObject? {
        guard let value = present(name) else { return nil }
        if value.object == nil { wrongType(name, value, "an object") }
        return value.object
    }

    /// A reader for a member that is an object.
    public func nested(_ name: String) -> Fields? {
        object(name).map { Fields($0, path: path(of: name), log: log) }
    }

    /// Readers for a member that is an array of objects.
    public func nestedArray(_ name: String, maximum: Int) -> [Fields]? {
        guard let elements = array(name, maximum: maximum) else { return nil }
        return elements.enumerated().compactMap { index, element in
            let place = "\(name)[\(index)]"
            guard let object = element.object else {
                wrongType(place, element, "an object")
                return nil
            }
            return Fields(object, path: path(of: place), log: log)
        }
    }

    /// Notes that a member is missing, if it is.
    public func require(_ name: String) {
        if object[name]?.isNull ?? true { note(name, .missing, "is required") }
    }

    public func array(_ name: String, maximum: Int) -> [JSON]? {
        guard let value = present(name) else { return nil }
        guard let elements = value.array else {
            wrongType(name, value, "an array")
            return nil
        }
        if elements.count > maximum { note(name, .tooMany, "must have at most \(maximum) elements") }
        return elements
    }

    /// One of a closed set of words.
    public func choice<Value>(_ name: String, among values: [Value], named word: (Value) -> String) -> Value? {
        guard let value = present(name) else { return nil }
        guard let text = value.string else {
            wrongType(name, value, "a string")
            return nil
        }
        return choice(name, text: text, among: values, named: word)
    }

    /// As `choice`, for a word that was read already; `name` is where it stood.
    public func choice<Value>(_ name: String, text: String, among values: [Value], named word: (Value) -> String)
        -> Value?
    {
        if let match = values.first(where: { word($0) == text }) { return match }
        note(name, .invalid, "must be one of \(values.map(word).joined(separator: ", "))")
        return nil
    }

    /// An RFC 3339 time.
    public func date(_ name: String) -> Date? {
        guard let value = present(name) else { return nil }
        guard let date = value.date else {
            note(name, .invalid, "must be an RFC 3339 time such as 2026-12-01T08:00:00Z")
            return nil
        }
        return date
    }

    /// A duration such as `90s`, `15m`, `2h`, `3d`, within `range`.
    public func duration(_ name: String, in range: ClosedRange<Duration>) -> Duration? {
        guard let value = present(name) else { return nil }
        guard let text = value.string, let duration = Duration(shorthand: text), range.contains(duration) else {
            note(name, .invalid, "must be a duration such as 90s, 15m, 2h or 3d, within its limits")
            return nil
        }
        return duration
    }
}
