import NIOCore

/// A message as it goes over the wire after DATA.
///
/// Lines end in CRLF: a CR or LF alone, which some servers take for a line's end and some do not, would let a text end
/// the message for one server and not for the next (SMTP smuggling). A dot at a line's beginning is doubled, and
/// the dot that ends the message comes last: one message in is one message out.
///
/// **Source:** RFC 5321 §2.3.8, §4.5.2.
struct SMTPContent: Sendable, Hashable {
    /// The final dot included.
    let bytes: ByteBuffer
    /// Of the message, without what transparency adds: what `SIZE` speaks of.
    let size: Int
    let isEightBit: Bool

    init(_ message: [UInt8]) {
        var stuffed: [UInt8] = []
        stuffed.reserveCapacity(message.count + message.count / 32 + 8)
        var dots = 0
        var previous: UInt8 = 10
        var highBits: UInt8 = 0
        for byte in message {
            let isAtLineStart = stuffed.isEmpty || stuffed[stuffed.count - 1] == 10
            switch byte {
            case 10 where previous == 13: break
            case 10, 13:
                stuffed.append(13)
                stuffed.append(10)
            default:
                if isAtLineStart, byte == UInt8(ascii: ".") {
                    stuffed.append(byte)
                    dots += 1
                }
                stuffed.append(byte)
            }
            highBits |= byte
            previous = byte
        }
        if stuffed.last != 10 { stuffed += [13, 10] }
        size = stuffed.count - dots
        isEightBit = highBits >= 0x80
        stuffed += [UInt8(ascii: "."), 13, 10]
        bytes = ByteBuffer(bytes: stuffed)
    }
}
