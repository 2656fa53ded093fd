import NIOCore
import Testing

@testable import Redis

@Suite struct EncodingTests {
    @Test func writesEachArgumentAsABulkStringWithItsLengthInBytes() {
        var buffer = ByteBuffer()
        buffer.writeCommand(RedisCommand("SET", "clé", RedisArgument([0, 13, 10, 255]), -12, RedisArgument("")))
        let head = "*5\r\n$3\r\nSET\r\n$4\r\nclé\r\n$4\r\n"
        let tail = "\r\n$3\r\n-12\r\n$0\r\n\r\n"
        #expect(Array(buffer.readableBytesView) == Array(head.utf8) + [0, 13, 10, 255] + Array(tail.utf8))
    }

    @Test func interpolationMakesOneArgument() {
        let key = "a b"
        #expect(RedisCommand("GET", "k:\(key)").arguments == [RedisArgument("k:a b")])
    }

    @Test func scriptIsKnownByTheDigestThatRedisComputes() {
        let script = RedisScript(name: "one", source: "return 1")
        #expect(script.sha1 == "e0e1f9fabfc9d4800c877a703b823ac0578ff8db")
        let call = script(keys: ["k"], arguments: ["a", 2])
        #expect(call.byDigest == RedisCommand("EVALSHA", RedisArgument(script.sha1), "1", "k", "a", "2"))
        #expect(call.bySource == RedisCommand("EVAL", "return 1", "1", "k", "a", "2"))
    }
}
