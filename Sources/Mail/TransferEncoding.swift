import Foundation

/// How a part's bytes are written in lines of at most 76 ASCII characters.
///
/// **Source:** RFC 2045 §6.7 and §6.8.
enum TransferEncoding: String {
    case quotedPrintable = "quoted-printable"
    case base64

    /// Quoted-printable while it is the shorter one, which text in Latin letters mostly is.
    static func best(for bytes: [UInt8]) -> TransferEncoding {
        let escaped = bytes.count { $0 >= 0x7F || $0 == UInt8(ascii: "=") }
        return escaped * 6 > bytes.count ? .base64 : .quotedPrintable
    }

    func encode(_ bytes: [UInt8], into output: inout [UInt8]) {
        switch self {
        case .quotedPrintable: QuotedPrintable.encode(bytes, into: &output)
        case .base64:
            let lines = Data(bytes).base64EncodedData(
                options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
            output += lines
            if !bytes.isEmpty { output += CRLF.bytes }
        }
    }
}

enum CRLF {
    static let bytes: [UInt8] = [13, 10]

    /// The text with every line break, also a lone CR or LF, as CRLF.
    static func normalised(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count + 16)
        var previous: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case 10 where previous == 13: break
            case 10, 13: bytes += CRLF.bytes
            default: bytes.append(byte)
            }
            previous = byte
        }
        return bytes
    }
}
