import NIOCore
import Testing

@testable import Redis

@Suite struct ReplyReaderTests {
    private static let wire =
        "+OK\r\n-ERR no\r\n:-42\r\n$5\r\na\r\nb\0\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n"
        + "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n$-1\r\n-BAD\r\n"
    private static let values: [RedisValue] = [
        .simple("OK"), .error("ERR no"), .integer(-42), .bytes(Array("a\r\nb\0".utf8)), .bytes([]), .null, .null,
        .array([]), .array([.integer(1), .array([.bytes([UInt8(ascii: "x")]), .null]), .error("BAD")]),
    ]

    private func drain(_ reader: ReplyReader) throws -> [RedisValue] {
        var values: [RedisValue] = []
        while let value = try reader.next() { values.append(value) }
        return values
    }

    @Test(arguments: 0...wire.utf8.count)
    func readsTheSameWhereverTheBytesAreSplit(at index: Int) throws {
        let reader = ReplyReader()
        let bytes = Array(Self.wire.utf8)
        reader.feed(ByteBuffer(bytes: bytes[..<index]))
        let first = try drain(reader)
        reader.feed(ByteBuffer(bytes: bytes[index...]))
        #expect(try first + drain(reader) == Self.values)
    }

    @Test func readsByteByByte() throws {
        let reader = ReplyReader()
        var values: [RedisValue] = []
        for byte in Self.wire.utf8 {
            reader.feed(ByteBuffer(bytes: [byte]))
            values += try drain(reader)
        }
        #expect(values == Self.values)
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "$x\r\n", ":1x\r\n", String(repeating: "*1\r\n", count: 20) + ":1\r\n",
    ])
    func garbageIsRefusedForEver(_ garbage: String) {
        let reader = ReplyReader()
        reader.feed(ByteBuffer(string: garbage))
        #expect(throws: RedisError.protocolViolation) { try drain(reader) }
        reader.feed(ByteBuffer(string: "+OK\r\n"))
        #expect(throws: RedisError.protocolViolation) { try drain(reader) }
    }

    @Test func nestedReplyIsReadToItsDepth() throws {
        let reader = ReplyReader()
        reader.feed(ByteBuffer(string: String(repeating: "*1\r\n", count: 7) + ":1\r\n"))
        let expected = (0..<7).reduce(RedisValue.integer(1)) { value, _ in .array([value]) }
        #expect(try drain(reader) == [expected])
    }

    /// hiredis 0.14 does not know them, 1.x does; nobody asks for them.
    @Test(arguments: [
        "%1\r\n+a\r\n:1\r\n", "~1\r\n:1\r\n", ">1\r\n+message\r\n", "|1\r\n+a\r\n:1\r\n", ",1.5\r\n", "#t\r\n",
        "(12345678901234567890\r\n", "=7\r\ntxt:abc\r\n", "*1\r\n,1.5\r\n",
    ])
    func repliesOfRESP3AreRefusedForEver(_ reply: String) {
        let reader = ReplyReader()
        reader.feed(ByteBuffer(string: reply + "+OK\r\n"))
        for _ in 0..<2 { #expect(throws: RedisError.protocolViolation) { try drain(reader) } }
    }
}
