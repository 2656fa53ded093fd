import NIOCore
import Testing

@testable import SMTP

@Suite struct SMTPReplyParserTests {
    @Test func replySplitAnywhereIsTheSame() throws {
        let bytes = Array("250-mail.test\r\n250-SIZE 1000\r\n250 PIPELINING\r\n550 5.1.1 gone\r\n".utf8)
        for cut in 1..<bytes.count {
            var parser = SMTPReplyParser()
            var replies: [SMTPReply] = []
            for part in [bytes[..<cut], bytes[cut...]] {
                parser.append(ByteBuffer(bytes: part))
                while let reply = try parser.next() { replies.append(reply) }
            }
            #expect(replies.map(\.description) == ["250", "550 5.1.1"])
            #expect(replies.first?.lines == ["mail.test", "SIZE 1000", "PIPELINING"])
        }
    }

    @Test(arguments: [
        ("250\r\n", "250"), ("250 \r\n", "250"), ("250 ok\n", "250"), ("421 4.3.2 bye\r\n", "421 4.3.2"),
        ("250 2.1.5\r\n", "250 2.1.5"), ("550 2.1.5 not ours\r\n", "550"), ("250 2.1 x\r\n", "250"),
        ("250 2.1.5000 x\r\n", "250"), ("250 \(String(repeating: "x", count: 4000))\r\n", "250"),
    ])
    func formIsLenient(text: String, reply: String) throws {
        var parser = SMTPReplyParser()
        parser.append(ByteBuffer(string: text))
        #expect(try parser.next()?.description == reply)
        #expect(try parser.next() == nil)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n", "25\r\n", "250x\r\n", "999 x\r\n", "199 x\r\n", "250-a\r\n251 b\r\n", "\r\n",
        String(repeating: "x", count: 4096), "250 " + String(repeating: "x", count: 4096) + "\r\n",
        String(repeating: "250-x\r\n", count: 128),
    ])
    func whatIsNoReplyIsAnError(text: String) {
        var parser = SMTPReplyParser()
        parser.append(ByteBuffer(string: text))
        #expect(throws: SMTPReplyError.self) { while try parser.next() != nil {} }
    }

    @Test func replyIsShownWithoutItsText() throws {
        let reply = SMTPReply(code: 550, lines: ["5.1.1 <ann@example.com> unknown"])
        #expect("\(reply)" == "550 5.1.1")
        #expect(String(reflecting: reply) == "550 5.1.1")
    }
}
