import NIOCore

/// Cuts what comes from a server into replies, however it is split over segments.
///
/// Lines may end in LF alone and be longer than the standard's 512 octets; both happen. A reply is bounded all the same.
///
/// **Source:** RFC 5321 §4.2: `ddd-text` for every line but the last, `ddd text` or `ddd` for that.
struct SMTPReplyParser {
    static let maximumLineLength = 4096
    static let maximumLines = 128

    private var buffer = ByteBuffer()
    private var code: Int?
    private var lines: [String] = []

    mutating func append(_ bytes: ByteBuffer) {
        buffer.writeImmutableBuffer(bytes)
    }

    /// Forgets what came and was not read: before TLS begins, whoever sits on the wire may have put it there.
    mutating func discard() { self = SMTPReplyParser() }

    /// The next reply; nil when it is not whole yet.
    mutating func next() throws(SMTPReplyError) -> SMTPReply? {
        while let line = try nextLine() {
            let digits = line.prefix(3)
            guard digits.count == 3, digits.allSatisfy(\.isDigit),
                let number = Int(String(decoding: digits, as: UTF8.self)),
                (200..<600).contains(number), code == nil || code == number
            else { throw SMTPReplyError() }
            let separator = line.dropFirst(3).first
            guard separator == nil || separator == UInt8(ascii: " ") || separator == UInt8(ascii: "-") else {
                throw SMTPReplyError()
            }
            code = number
            lines.append(String(decoding: line.dropFirst(4), as: UTF8.self))
            if separator == UInt8(ascii: "-") {
                guard lines.count < SMTPReplyParser.maximumLines else { throw SMTPReplyError() }
                continue
            }
            defer { (code, lines) = (nil, []) }
            return SMTPReply(code: number, lines: lines)
        }
        return nil
    }

    /// Without its line break.
    private mutating func nextLine() throws(SMTPReplyError) -> [UInt8]? {
        let view = buffer.readableBytesView
        guard let end = view.prefix(SMTPReplyParser.maximumLineLength).firstIndex(of: UInt8(ascii: "\n")) else {
            guard view.count < SMTPReplyParser.maximumLineLength else { throw SMTPReplyError() }
            return nil
        }
        var line = buffer.readBytes(length: end - view.startIndex + 1) ?? []
        line.removeLast()
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        buffer.discardReadBytes()
        return line
    }
}

/// What came is not a reply.
struct SMTPReplyError: Error {}
