/// What is wrong with a text, and where in it.
struct MustacheSyntaxError: Error, CustomStringConvertible {
    /// From 1.
    let line: Int
    /// In characters of Unicode, from 1.
    let column: Int
    let message: String

    init(_ message: String, at offset: Int, in bytes: [UInt8]) {
        let before = bytes[..<offset]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = before.count { $0 == UInt8(ascii: "\n") } + 1
        // What goes on a character is not counted.
        column = before[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        self.message = message
    }

    var description: String { "line \(line), column \(column): \(message)" }
}
