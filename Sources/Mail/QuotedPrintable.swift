/// **Source:** RFC 2045 §6.7.
enum QuotedPrintable {
    /// The longest line, the `=` of a soft break included.
    private static let lineLength = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Encodes text whose lines end in CRLF. Also what survives few gateways is escaped: a space or a tab at a line's
    /// end, and what looks like the end of a message or the beginning of another.
    static func encode(_ text: [UInt8], into output: inout [UInt8]) {
        var column = 0
        var index = 0
        while index < text.count {
            let byte = text[index]
            let next = index + 1 < text.count ? text[index + 1] : 13
            if byte == 13, next == 10 {
                output += CRLF.bytes
                column = 0
                index += 2
                continue
            }
            let isEscaped = mustEscape(byte, atLineStart: column == 0, beforeBreak: next == 13)
            let width = isEscaped ? 3 : 1
            if column + width > lineLength - 1 {
                output += [UInt8(ascii: "="), 13, 10]
                column = 0
            }
            if isEscaped {
                output += [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                output.append(byte)
            }
            column += width
            index += 1
        }
        if column > 0 { output += CRLF.bytes }
    }

    private static func mustEscape(_ byte: UInt8, atLineStart: Bool, beforeBreak: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "="): true
        case UInt8(ascii: " "), UInt8(ascii: "\t"): beforeBreak
        case UInt8(ascii: "."), UInt8(ascii: "F"): atLineStart
        case 0x21...0x7E: false
        default: true
        }
    }
}
