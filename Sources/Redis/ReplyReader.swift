import CHiredis
import NIOCore

/// The hiredis parser: takes bytes in pieces of any size, gives whole replies.
///
/// It is not `Sendable`; the channel handler that owns it keeps it on its event loop. The pointer never leaves, and
/// each reply is copied and freed before ``next()`` returns.
final class ReplyReader {
    private let reader: UnsafeMutablePointer<redisReader>
    private var isOutOfStep = false

    init() {
        guard let reader = redisReaderCreate() else { preconditionFailure("out of memory") }
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
    }

    func feed(_ bytes: ByteBuffer) {
        bytes.withUnsafeReadableBytes { raw in
            _ = redisReaderFeed(reader, raw.bindMemory(to: CChar.self).baseAddress, raw.count)
        }
    }

    /// The next whole reply, or nil until more bytes are fed. Throws ``RedisError/protocolViolation``, and after that
    /// for ever: there is no finding the next reply again.
    func next() throws(RedisError) -> RedisValue? {
        guard !isOutOfStep else { throw .protocolViolation }
        var pointer: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &pointer) == REDIS_OK else { throw .protocolViolation }
        guard let pointer else { return nil }
        defer { freeReplyObject(pointer) }
        do throws(RedisError) {
            return try Self.copy(pointer.assumingMemoryBound(to: redisReply.self).pointee)
        } catch {
            // hiredis 1.x reads the types of RESP3, which nobody asked for, and would go on after them.
            isOutOfStep = true
            throw error
        }
    }

    /// hiredis 0.14 refuses replies nested deeper than this, 1.x reads them.
    private static let deepest = 7

    private static func copy(_ reply: redisReply, depth: Int = 0) throws(RedisError) -> RedisValue {
        switch reply.type {
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_INTEGER: return .integer(reply.integer)
        case REDIS_REPLY_STRING: return .bytes(Array(bytes(of: reply)))
        case REDIS_REPLY_STATUS: return .simple(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ERROR: return .error(String(decoding: bytes(of: reply), as: UTF8.self))
        case REDIS_REPLY_ARRAY:
            guard depth < deepest else { throw .protocolViolation }
            var elements: [RedisValue] = []
            elements.reserveCapacity(reply.elements)
            for index in 0..<reply.elements {
                guard let element = reply.element?[index] else { throw .protocolViolation }
                elements.append(try copy(element.pointee, depth: depth + 1))
            }
            return .array(elements)
        default: throw .protocolViolation
        }
    }

    private static func bytes(of reply: redisReply) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: reply.str, count: reply.len)
    }
}
