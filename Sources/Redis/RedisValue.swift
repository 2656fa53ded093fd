/// One reply of Redis, copied out of the wire format.
///
/// **Source:** RESP2, <https://redis.io/docs/latest/develop/reference/protocol-spec/>.
public enum RedisValue: Sendable, Equatable {
    /// The null bulk string or null array: no such key, or a blocking command that ran out of time.
    case null
    case integer(Int64)
    /// A bulk string; binary safe.
    case bytes([UInt8])
    /// A status line such as `OK`.
    case simple(String)
    /// An error reply with its prefix, as in `WRONGTYPE Operation against a key …`.
    case error(String)
    case array([RedisValue])
}

extension RedisValue {
    /// The text of a status line or of a bulk string that is valid UTF-8.
    public var string: String? {
        switch self {
        case .simple(let text): text
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .null, .integer, .error, .array: nil
        }
    }

    /// The integer, or the number that a string spells in decimal.
    public var int: Int64? {
        switch self {
        case .integer(let number): number
        case .bytes(let bytes): Self.number(bytes)
        default: string.flatMap { Int64($0) }
        }
    }

    /// Without a string on the way: a claim brings one number for each job.
    private static func number(_ bytes: [UInt8]) -> Int64? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = isNegative ? bytes.dropFirst() : bytes[...]
        guard !digits.isEmpty else { return nil }
        // Downwards, since the least number has no positive counterpart.
        var number: Int64 = 0
        for digit in digits {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= digit else { return nil }
            let (ten, overflows) = number.multipliedReportingOverflow(by: 10)
            let (next, overflowsToo) = ten.subtractingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            if overflows || overflowsToo { return nil }
            number = next
        }
        if isNegative { return number }
        return number == .min ? nil : -number
    }

    public var array: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    public var isNull: Bool { self == .null }

    /// Whether it is what a server says that is a replica: to a write, to who blocks while it becomes one, and to anybody
    /// when it has lost its master.
    var isOfReplica: Bool {
        guard case .error(let text) = self else { return false }
        return ["READONLY ", "UNBLOCKED ", "MASTERDOWN "].contains { text.hasPrefix($0) }
    }
}
