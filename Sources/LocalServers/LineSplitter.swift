/// Cuts a stream of bytes into lines, whatever the size of the pieces it arrives in.
struct LineSplitter {
    /// A line longer than this is handed on in pieces, so that a child without newlines cannot grow our memory.
    static let maximumLength = 64 * 1024

    private var rest: [UInt8] = []

    /// Returns the lines that these bytes complete, without their newline.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte != UInt8(ascii: "\n") { rest.append(byte) }
            if byte == UInt8(ascii: "\n") || rest.count == Self.maximumLength {
                lines.append(String(decoding: rest, as: UTF8.self))
                rest.removeAll(keepingCapacity: true)
            }
        }
        return lines
    }

    /// Returns what came after the last newline, if anything did.
    mutating func finish() -> String? {
        defer { rest = [] }
        return rest.isEmpty ? nil : String(decoding: rest, as: UTF8.self)
    }
}
