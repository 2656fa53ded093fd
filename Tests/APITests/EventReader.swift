import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Notifications
import Testing

/// The reading end of a stream of server-sent events.
struct EventReader {
    /// One block: an event, a comment, or a field that stands alone.
    struct Block: Hashable {
        var id: String?
        var name: String?
        var data: JSON?
        var comment: String?
    }

    private var pieces: HTTPClientResponse.Body.AsyncIterator
    private var text = ""

    /// Opens a stream and reads its greeting: from then on no event is missed.
    init(_ client: Client, _ query: String = "", headers: [String: String] = [:]) async throws {
        let request = client.request("GET", "/v1/events/stream\(query)", headers: headers)
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(10))
        try #require(response.status == .ok)
        #expect(response.headers.first(name: "content-type") == "text/event-stream")
        pieces = response.body.makeAsyncIterator()
        #expect(try await next() == Block())
    }

    /// The next block; nil at the end.
    mutating func next() async throws -> Block? {
        while true {
            if let end = text.range(of: "\n\n") {
                defer { text = String(text[end.upperBound...]) }
                return try EventReader.block(text[..<end.lowerBound])
            }
            guard let piece = try await pieces.next() else { return nil }
            text += String(buffer: piece)
        }
    }

    /// The next event that is not a heartbeat.
    mutating func nextEvent() async throws -> Block? {
        while let block = try await next() {
            if block.comment == nil { return block }
        }
        return nil
    }

    private static func block(_ text: Substring) throws -> Block {
        var block = Block()
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = String(parts[1].dropFirst())
            switch parts[0] {
            case "id": block.id = value
            case "event": block.name = value
            case "data": block.data = try JSON(parsing: value)
            case "": block.comment = value
            default: break
            }
        }
        return block
    }
}
