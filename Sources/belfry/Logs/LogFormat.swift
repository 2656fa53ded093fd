import Logging

/// How a log line is written.
enum LogFormat: String, CaseIterable {
    /// One JSON object: `time`, `level`, `message`, `label`, then the keys.
    case json
    /// For people.
    case text

    /// Writes a line without its end.
    /// - Parameter time: RFC 3339.
    func append(_ line: LogLine, at time: String, to bytes: inout [UInt8]) {
        switch self {
        case .json:
            bytes += #"{"time":""#.utf8
            bytes += time.utf8
            bytes += #"","level":""#.utf8
            bytes += line.level.rawValue.utf8
            bytes += #"","message":"#.utf8
            bytes.appendJSON(line.message)
            bytes += #","label":"#.utf8
            bytes.appendJSON(line.label)
            for (key, value) in line.pairs {
                bytes += #",""#.utf8
                bytes += key.utf8
                bytes += #"":"#.utf8
                bytes.appendJSON(value)
            }
            bytes.append(UInt8(ascii: "}"))
        case .text:
            bytes += time.utf8
            bytes += " \(line.level.rawValue) \(line.label): ".utf8
            bytes.appendOneLine(line.message)
            for (key, value) in line.pairs {
                bytes += " \(key)=".utf8
                bytes.appendOneLine("\(value)")
            }
        }
    }
}

/// What one log line says.
struct LogLine {
    var level: Logger.Level
    var label: String
    var message: String
    /// In order.
    var pairs: [(key: String, value: Logger.MetadataValue)]
}

extension [UInt8] {
    fileprivate mutating func appendJSON(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): appendJSON(text)
        case .stringConvertible(let value): appendJSON(value.description)
        case .array(let values):
            append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSON(value)
            }
            append(UInt8(ascii: "]"))
        case .dictionary(let members):
            append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { append(UInt8(ascii: ",")) }
                appendJSON(member.key)
                append(UInt8(ascii: ":"))
                appendJSON(member.value)
            }
            append(UInt8(ascii: "}"))
        }
    }

    /// **Source:** RFC 8259, §7: quotes, backslashes and control characters are escaped.
    fileprivate mutating func appendJSON(_ text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case UInt8(ascii: "\n"): self += #"\n"#.utf8
            case 0..<0x20, 0x7f: appendEscape(byte)
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Control characters must neither end the line nor speak to the terminal.
    fileprivate mutating func appendOneLine(_ text: String) {
        for byte in text.utf8 {
            if byte < 0x20 || byte == 0x7f { appendEscape(byte) } else { append(byte) }
        }
    }

    private mutating func appendEscape(_ byte: UInt8) {
        let digits = Array("0123456789abcdef".utf8)
        self += #"\u00"#.utf8
        append(digits[Int(byte >> 4)])
        append(digits[Int(byte & 15)])
    }
}
