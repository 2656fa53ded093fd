import Foundation

/// Finds where an HTTP answer ends and what it says, without making anything of the rest: the generator shares its cores
/// with what it measures.
struct AnswerScanner {
    private(set) var bytes: [UInt8] = []

    /// An answer that is there in full.
    struct Answer: Equatable {
        var status: Int
        /// Of the header `Retry-After`.
        var retryAfter: Duration?
        /// The members named `id` that hold a UUID, in order.
        var ids: [UUID]
    }

    mutating func append(_ part: some Collection<UInt8>) { bytes.append(contentsOf: part) }

    /// The answer at the front, taken off; nil while it is not complete.
    /// - Parameter maximumIds: more are not looked for.
    /// - Throws: `BenchError.notHTTP` for what is not an answer with a length.
    mutating func next(maximumIds: Int) throws(BenchError) -> Answer? {
        guard let headEnd = AnswerScanner.end(of: AnswerScanner.headEnd, in: bytes[...]) else { return nil }
        let head = bytes[..<headEnd]
        guard head.starts(with: AnswerScanner.version),
            let status = AnswerScanner.number(head.dropFirst(AnswerScanner.version.count + 2)),
            let length = AnswerScanner.value(of: AnswerScanner.contentLength, in: head)
        else { throw .notHTTP(String(decoding: head, as: UTF8.self)) }
        guard bytes.count >= headEnd + length else { return nil }
        let retryAfter = AnswerScanner.value(of: AnswerScanner.retryAfter, in: head).map { Duration.seconds($0) }
        let ids = AnswerScanner.ids(in: bytes[headEnd..<headEnd + length], maximum: maximumIds)
        bytes.removeFirst(headEnd + length)
        return Answer(status: status, retryAfter: retryAfter, ids: ids)
    }

    private static let headEnd = Array("\r\n\r\n".utf8)
    /// What follows is one digit and a space.
    private static let version = Array("HTTP/1.".utf8)
    private static let contentLength = Array("\ncontent-length:".utf8)
    private static let retryAfter = Array("\nretry-after:".utf8)

    /// Where the first of these is over. The library's own search is generic, and many times slower.
    private static func end(of pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { text in
            var place = 0
            while let rest = text.baseAddress, place + pattern.count <= text.count,
                let found = memchr(rest + place, CInt(pattern[0]), text.count - pattern.count + 1 - place)
            {
                if memcmp(found, pattern, pattern.count) == 0 {
                    return bytes.startIndex + (UnsafeRawPointer(found) - rest) + pattern.count
                }
                place = UnsafeRawPointer(found) - rest + 1
            }
            return nil
        }
    }

    /// The number behind a header's name, which is given in lower case.
    private static func value(of header: [UInt8], in head: ArraySlice<UInt8>) -> Int? {
        var line = head
        while let start = line.firstIndex(of: UInt8(ascii: "\n")) {
            line = line[start...]
            // Of what may stand here, this bit is the difference between the cases of letters only.
            if line.count > header.count, zip(header, line).allSatisfy({ $0 == $1 || $0 == $1 | 0x20 }) {
                return number(line.dropFirst(header.count))
            }
            line = line.dropFirst()
        }
        return nil
    }

    /// The digits at the front, behind any spaces.
    private static func number(_ text: ArraySlice<UInt8>) -> Int? {
        let digits = text.drop { $0 == UInt8(ascii: " ") }.prefix {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static let marker = Array(#""id":""#.utf8)

    private static func ids(in body: ArraySlice<UInt8>, maximum: Int) -> [UUID] {
        var ids: [UUID] = []
        var rest = body
        while ids.count < maximum, let found = end(of: marker, in: rest) {
            rest = rest[found...]
            if let id = UUID(uuidString: String(decoding: rest.prefix(36), as: UTF8.self)) { ids.append(id) }
        }
        return ids
    }
}
