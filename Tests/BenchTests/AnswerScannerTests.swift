import Foundation
import Testing

@testable import Bench

struct AnswerScannerTests {
    private let first = UUID()
    private let second = UUID()

    private var answer: String {
        let body = #"{"notifications":[{"index":0,"id":"\#(first)"},{"index":1,"id":"\#(second)"}]}"#
        return "HTTP/1.1 202 Accepted\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func anAnswerInAnyPiecesIsFoundOnce() throws {
        for size in 1...answer.utf8.count {
            var scanner = AnswerScanner()
            var found: [AnswerScanner.Answer] = []
            var rest = Array(answer.utf8)[...]
            while !rest.isEmpty {
                scanner.append(rest.prefix(size))
                rest = rest.dropFirst(size)
                if let answer = try scanner.next(maximumIds: 50) { found.append(answer) }
            }
            #expect(found == [AnswerScanner.Answer(status: 202, ids: [first, second])])
            #expect(scanner.bytes.isEmpty)
        }
    }

    @Test func onlyAsManyIdsAsWereAskedForAreTaken() throws {
        var scanner = AnswerScanner()
        scanner.append(Array(answer.utf8))
        #expect(try scanner.next(maximumIds: 1)?.ids == [first])
    }

    @Test func aServerThatAsksToBeLeftAloneIsHeard() throws {
        var scanner = AnswerScanner()
        scanner.append(Array("HTTP/1.1 503 Busy\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n".utf8))
        let answer = try scanner.next(maximumIds: 1)
        #expect(answer == AnswerScanner.Answer(status: 503, retryAfter: .seconds(2), ids: []))
    }

    @Test func whatHasNoLengthIsRefused() {
        var scanner = AnswerScanner()
        scanner.append(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
        #expect(throws: BenchError.self) { try scanner.next(maximumIds: 1) }
    }
}
