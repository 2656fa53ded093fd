import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Notifications

extension BelfryClient {
    /// Hands over live events until `body` returns false, coming back by itself after a break and going on where it
    /// was. Events are read as `body` takes them, and may be missed; a document is the truth.
    /// - Throws: what `body` throws, and ``BelfryClientError`` for a stream that coming back would not help.
    public func events(_ query: EventQuery, _ body: (EventNews) async throws -> Bool) async throws {
        var lastEventId: String?
        var pause = configuration.reconnectPause
        while true {
            do {
                let response = try await open(query, after: lastEventId)
                pause = configuration.reconnectPause
                if try await body(.opened) == false { return }
                if try await read(response, &lastEventId, body) == false { return }
            } catch let error as BelfryClientError where error.isRetryable {
                pause = max(pause, error.retryAfter ?? .zero)
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, configuration.reconnectPause * 10)
        }
    }

    private func open(_ query: EventQuery, after id: String?) async throws -> HTTPClientResponse {
        var request = request(.GET, "/v1/events/stream", query: query.items)
        request.headers.replaceOrAdd(name: "accept", value: "text/event-stream")
        if let id { request.headers.add(name: "last-event-id", value: id) }
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: TimeAmount(configuration.timeout))
        } catch {
            throw BelfryClient.failure(error)
        }
        if response.status == .ok { return response }
        let answer = try await BelfryClient.within(configuration.timeout) { try await self.content(of: response) }
        throw BelfryClientError(
            status: Int(response.status.code), body: answer ?? .null, headers: response.headers)
    }

    /// Returns whether to come back: false when `body` has seen enough, true when the stream ended.
    private func read(
        _ response: HTTPClientResponse, _ lastEventId: inout String?, _ body: (EventNews) async throws -> Bool
    ) async throws -> Bool {
        var parser = EventStreamParser(maximumBytes: configuration.maximumAnswerBytes)
        var pieces = response.body.makeAsyncIterator()
        while let piece = try await next(&pieces) {
            for event in try parser.append(piece.readableBytesView) {
                lastEventId = event.id ?? lastEventId
                if let news = EventNews(event), try await body(news) == false { return false }
            }
        }
        return true
    }

    private func next(_ pieces: inout HTTPClientResponse.Body.AsyncIterator) async throws -> ByteBuffer? {
        do { return try await pieces.next() } catch { throw BelfryClient.failure(error) }
    }
}

extension EventNews {
    /// Nil for what this client does not know.
    init?(_ event: EventStreamParser.Event) {
        switch event.name {
        case "resync": self = .resync
        case "status":
            guard let json = try? JSON(parsing: event.data.joined(separator: "\n")),
                let status = StatusEvent(json: json, tenant: "")
            else { return nil }
            self = .event(status)
        default: return nil
        }
    }
}
