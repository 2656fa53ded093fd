/// A JSON value as it stands in a request or a document.
///
/// Documents are JSON from the caller's body to the Postgres column and back, so they are kept as values instead of
/// being decoded into a type per shape: unknown members survive, every bad field can be named, and a document costs
/// one pass each way. Numbers keep their literal text, so nothing is rounded on the way through.
///
/// **Source:** RFC 8259.
public enum JSON: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The literal as written, e.g. `-1.50e3`.
    case number(String)
    case string(String)
    case array([JSON])
    case object(JSONObject)

    public var string: String? { if case .string(let value) = self { value } else { nil } }
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var int: Int? { if case .number(let literal) = self { Int(literal) } else { nil } }
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    public var isNull: Bool { self == .null }

    /// The member `name` of an object; nil for a missing member and for anything that is no object.
    public subscript(_ name: String) -> JSON? { object?[name] }

    /// The word JSON has for this kind of value, for error messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .number(String(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
    public init(nilLiteral: ()) { self = .null }

    public init(_ value: String) { self = .string(value) }
    public init(_ value: some BinaryInteger) { self = .number(String(value)) }
    /// Null when there is no value.
    public init(_ value: String?) { self = value.map(JSON.string) ?? .null }
}

/// The members of a JSON object in the order they were written. Of two members with one name the later counts.
public struct JSONObject: Sendable {
    public private(set) var members: [(name: String, value: JSON)]

    public init(_ members: [(String, JSON)] = []) {
        self.members = members.map { (name: $0.0, value: $0.1) }
    }

    public subscript(_ name: String) -> JSON? {
        get { members.last { $0.name == name }?.value }
        set {
            let place = members.lastIndex { $0.name == name }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append((name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// Adds a member without looking for an earlier one of that name; nil adds nothing.
    public mutating func append(_ name: String, _ value: JSON?) {
        if let value { members.append((name: name, value: value)) }
    }

    public var isEmpty: Bool { members.isEmpty }

    /// This with the members of another one, which win. However many there are: each is looked for once.
    public func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        var places = Dictionary(members.enumerated().map { ($1.name, $0) }) { $1 }
        for member in other.members {
            if let place = places[member.name] {
                merged.members[place].value = member.value
            } else {
                places[member.name] = merged.members.count
                merged.members.append(member)
            }
        }
        return merged
    }
}

extension JSONObject: Hashable {
    /// Equal when they have the same names with the same values, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.dictionary == right.dictionary }
    public func hash(into hasher: inout Hasher) { hasher.combine(dictionary) }

    public var dictionary: [String: JSON] {
        Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
}
