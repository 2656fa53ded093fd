/// Why a text is not JSON.
public struct JSONSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was wrong, without quoting the text.
    public let problem: String
    /// Bytes from the start of the text.
    public let offset: Int

    public var description: String { "\(problem) at byte \(offset)" }
}

extension JSON {
    /// Nesting allowed, so that a hostile text cannot exhaust the stack.
    static let maximumDepth = 64

    /// Parses one JSON text.
    public init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Parses one JSON text in UTF-8.
    public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        let parsed = bytes.withUnsafeBufferPointer { buffer in
            var parser = JSONParser(bytes: buffer)
            return Result { () throws(JSONSyntaxError) -> JSON in try parser.parseText() }
        }
        self = try parsed.get()
    }
}

/// A recursive-descent parser over the bytes of one text.
private struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    mutating func parseText() throws(JSONSyntaxError) -> JSON {
        let value = try parseValue(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw failure("unexpected text after the value") }
        return value
    }

    private func failure(_ problem: String) -> JSONSyntaxError { JSONSyntaxError(problem: problem, offset: position) }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func parseValue(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth < JSON.maximumDepth else { throw failure("more than \(JSON.maximumDepth) levels of nesting") }
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try parseObject(depth: depth)
        case UInt8(ascii: "["): return try parseArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try parseString())
        case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
        case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
        case UInt8(ascii: "n"): return try parseWord("null", .null)
        case nil: throw failure("the text ends where a value should be")
        default: return try parseNumber()
        }
    }

    private mutating func parseWord(_ word: StaticString, _ value: JSON) throws(JSONSyntaxError) -> JSON {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count,
            (0..<length).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { throw failure("not a JSON value") }
        position += length
        return value
    }

    private mutating func parseObject(depth: Int) throws(JSONSyntaxError) -> JSON {
        position += 1
        var object = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(object) }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw failure("a member name in quotes is expected") }
            let name = try parseString()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw failure("':' is expected") }
            object.append(name, try parseValue(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw failure("',' or '}' is expected") }
            return .object(object)
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONSyntaxError) -> JSON {
        position += 1
        var elements: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try parseValue(depth: depth + 1))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw failure("',' or ']' is expected") }
            return .array(elements)
        }
    }

    /// `-? (0 | 1-9 digits) (. digits)? ((e|E) (+|-)? digits)?`, finite as a `Double`, of at most 1,000 characters and an
    /// exponent down to -1,000: Postgres refuses more, and more than 16,383 digits behind the point.
    private mutating func parseNumber() throws(JSONSyntaxError) -> JSON {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try parseDigits() }
        if take(UInt8(ascii: ".")) { try parseDigits() }
        var exponent: Int? = 0
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            let sign = position
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try parseDigits()
            exponent = Int(String(decoding: bytes[sign..<position], as: UTF8.self))
        }
        let literal = String(decoding: bytes[start..<position], as: UTF8.self)
        guard literal.utf8.count <= 1000, let exponent, (-1000...1000).contains(exponent),
            let value = Double(literal), value.isFinite
        else { throw failure("the number is out of range") }
        return .number(literal)
    }

    private mutating func parseDigits() throws(JSONSyntaxError) {
        let start = position
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        guard position > start else { throw failure("not a JSON value") }
    }

    private mutating func parseString() throws(JSONSyntaxError) -> String {
        position += 1
        let start = position
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        if current == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
        let text = try utf8(start..<position)
        guard current != nil else { throw failure("the string does not end") }
        guard take(UInt8(ascii: "\"")) else { throw failure("a control character in a string must be escaped") }
        return text
    }

    private func utf8(_ range: Range<Int>) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else { throw failure("not UTF-8") }
        return text
    }

    private mutating func parseEscapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var text = try utf8(start..<position)
        var plain = position
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                text += try utf8(plain..<position)
                position += 1
                return text
            case UInt8(ascii: "\\"):
                text += try utf8(plain..<position)
                position += 1
                text.unicodeScalars.append(try parseEscape())
                plain = position
            case 0..<0x20: throw failure("a control character in a string must be escaped")
            default: position += 1
            }
        }
        throw failure("the string does not end")
    }

    private mutating func parseEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        defer { position += 1 }
        switch current {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseUnicodeEscape()
        default: throw failure("unknown escape")
        }
    }

    /// Leaves `position` on the last hex digit. A surrogate is only taken as half of a pair: Postgres refuses a lone one.
    private mutating func parseUnicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let unit = try parseHexDigits()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), position + 2 < bytes.count, bytes[position + 1] == UInt8(ascii: "\\"),
            bytes[position + 2] == UInt8(ascii: "u")
        else { throw failure("a lone surrogate") }
        position += 2
        let trail = try parseHexDigits()
        guard UTF16.isTrailSurrogate(trail) else { throw failure("a lone surrogate") }
        return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
    }

    private mutating func parseHexDigits() throws(JSONSyntaxError) -> UInt16 {
        guard position + 4 < bytes.count else { throw failure("the string does not end") }
        var unit: UInt16 = 0
        for place in position + 1...position + 4 {
            guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else {
                throw failure("unknown escape")
            }
            unit = unit << 4 | UInt16(digit)
        }
        position += 4
        return unit
    }
}
