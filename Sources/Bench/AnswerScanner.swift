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
        guard let headEnd = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return nil }
        let head = String(decoding: bytes[..<headEnd], as: UTF8.self).lowercased()
        let words = head.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0].hasPrefix("http/1"), let status = Int(words[1]),
            let length = AnswerScanner.number("content-length", in: head)
        else { throw .notHTTP(head) }
        guard bytes.count >= headEnd + length else { return nil }
        let ids = AnswerScanner.ids(in: bytes[headEnd..<headEnd + length], maximum: maximumIds)
        bytes.removeFirst(headEnd + length)
        let retryAfter = AnswerScanner.number("retry-after", in: head).map { Duration.seconds($0) }
        return Answer(status: status, retryAfter: retryAfter, ids: ids)
    }

    private static func number(_ header: String, in head: String) -> Int? {
        let line = head.split(separator: "\r\n").first { $0.hasPrefix("\(header):") }
        return line.flatMap { Int($0.dropFirst(header.count + 1).drop { $0 == " " }) }
    }

    private static let marker = Array(#""id":""#.utf8)

    private static func ids(in body: ArraySlice<UInt8>, maximum: Int) -> [UUID] {
        var ids: [UUID] = []
        var rest = body
        while ids.count < maximum, let found = rest.firstRange(of: marker) {
            let text = rest[found.upperBound...].prefix(36)
            if let id = UUID(uuidString: String(decoding: text, as: UTF8.self)) { ids.append(id) }
            rest = rest[found.upperBound...]
        }
        return ids
    }
}
