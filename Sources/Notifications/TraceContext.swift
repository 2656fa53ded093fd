/// Where a request stands in a trace that its caller began.
///
/// **Source:** W3C Trace Context, §3.2 "traceparent Header".
public struct TraceContext: Sendable, Hashable {
    /// 32 hexadecimal digits, the same along the whole trace.
    public let traceId: String
    /// 16 hexadecimal digits: the caller's own step, under which the next one stands.
    public let parentId: String
    /// Two hexadecimal digits, handed on as they came; the lowest bit says that the caller records the trace.
    public let flags: String

    private init(traceId: String, parentId: String, flags: String) {
        self.traceId = traceId
        self.parentId = parentId
        self.flags = flags
    }

    /// Reads a header of version 00; nil for anything else, which is to be treated as if it were not there.
    public init?(traceparent: String) {
        let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 4, parts[0] == "00", TraceContext.isId(parts[1], length: 32),
            TraceContext.isId(parts[2], length: 16), TraceContext.isHex(parts[3], length: 2)
        else { return nil }
        self.init(traceId: parts[1], parentId: parts[2], flags: parts[3])
    }

    /// The value of the header.
    public var traceparent: String { "00-\(traceId)-\(parentId)-\(flags)" }

    /// The next step of the same trace.
    public func child(using random: inout some RandomNumberGenerator) -> TraceContext {
        let digits = String(UInt64.random(in: 1...UInt64.max, using: &random), radix: 16)
        let padding = String(repeating: "0", count: 16 - digits.count)
        return TraceContext(traceId: traceId, parentId: padding + digits, flags: flags)
    }

    private static func isId(_ text: String, length: Int) -> Bool {
        isHex(text, length: length) && text.utf8.contains { $0 != UInt8(ascii: "0") }
    }

    private static func isHex(_ text: String, length: Int) -> Bool {
        text.utf8.count == length
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }
}
