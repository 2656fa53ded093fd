import NIOCore

extension ByteBuffer {
    /// Appends the command as a RESP array of bulk strings.
    mutating func writeCommand(_ command: RedisCommand) {
        writeHeader("*", count: command.arguments.count + 1)
        writeBulk(command.name)
        for argument in command.arguments {
            switch argument.storage {
            case .text(let text): writeBulk(text)
            case .bytes(let bytes): writeBulk(bytes)
            }
        }
    }

    private mutating func writeBulk(_ text: String) {
        writeHeader("$", count: text.utf8.count)
        writeString(text)
        writeStaticString("\r\n")
    }

    private mutating func writeBulk(_ bytes: [UInt8]) {
        writeHeader("$", count: bytes.count)
        writeBytes(bytes)
        writeStaticString("\r\n")
    }

    private mutating func writeHeader(_ marker: StaticString, count: Int) {
        writeStaticString(marker)
        writeString(String(count))
        writeStaticString("\r\n")
    }
}
