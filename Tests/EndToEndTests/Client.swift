import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Notifications
import Testing

/// A caller of the API.
struct Client: Sendable {
    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var body: JSON
    }

    let url: String
    let key: String

    func send(
        _ method: String, _ path: String, _ body: JSON? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body.utf8)
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let bytes = Array(try await response.body.collect(upTo: 16 << 20).readableBytesView)
        let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        return Answer(
            status: Int(response.status.code), headers: headers, body: bytes.isEmpty ? .null : try JSON(parsing: bytes))
    }

    /// What stands at a URL that needs no key.
    static func text(at url: String) async throws -> String {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
        return String(buffer: try await response.body.collect(upTo: 16 << 20))
    }

    /// Posts a notification and returns its id.
    func post(_ body: JSON, headers: [String: String] = [:]) async throws -> String {
        let answer = try await send("POST", "/v1/notifications", body, headers: headers)
        #expect(answer.status == 202, "\(answer.body.text)")
        return try #require(answer.body["id"]?.string)
    }

    func document(_ id: String) async throws -> JSON {
        let answer = try await send("GET", "/v1/notifications/\(id)")
        #expect(answer.status == 200)
        return answer.body
    }

    func status(_ id: String, _ channel: String) async throws -> String? {
        try await document(id)["channels"]?[channel]?["status"]?.string
    }

    /// The events of a stream, one by one. Returns once the stream is open: what happens from then on is in it.
    func stream(_ query: String = "") async throws -> AsyncThrowingStream<JSON, any Error> {
        var request = HTTPClientRequest(url: "\(url)/v1/events/stream\(query)")
        request.headers.add(name: "authorization", value: "Bearer \(key)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let (events, continuation) = AsyncThrowingStream<JSON, any Error>.makeStream()
        let reading = Task {
            do {
                var buffered = ""
                for try await chunk in response.body {
                    buffered += String(buffer: chunk)
                    while let end = buffered.range(of: "\n\n") {
                        for line in buffered[..<end.lowerBound].split(separator: "\n") where line.hasPrefix("data: ") {
                            continuation.yield(try JSON(parsing: String(line.dropFirst(6))))
                        }
                        buffered = String(buffered[end.upperBound...])
                    }
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in reading.cancel() }
        return events
    }
}
