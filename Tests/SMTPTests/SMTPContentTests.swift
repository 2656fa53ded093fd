import NIOCore
import Testing

@testable import SMTP

@Suite struct SMTPContentTests {
    @Test(arguments: [
        ("a", "a\r\n.\r\n", 3), ("a\r\n", "a\r\n.\r\n", 3), ("", "\r\n.\r\n", 2), (".", "..\r\n.\r\n", 3),
        ("a\nb\rc\r\n", "a\r\nb\r\nc\r\n.\r\n", 9), ("\n.\r\n", "\r\n..\r\n.\r\n", 5),
        ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n", 9), ("\r\r\n", "\r\n\r\n.\r\n", 4), ("a.b\r\n", "a.b\r\n.\r\n", 5),
        ("\r.\r", "\r\n..\r\n.\r\n", 5),
    ])
    func linesEndInCRLFAndDotsAreDoubled(message: String, wire: String, size: Int) {
        let content = SMTPContent(Array(message.utf8))
        #expect(String(buffer: content.bytes) == wire)
        #expect(content.size == size)
        #expect(!content.isEightBit)
    }

    @Test func bytesBeyondASCIIAreNoticed() {
        #expect(SMTPContent(Array("ä".utf8)).isEightBit)
    }
}
