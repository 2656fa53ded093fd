import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1

/// One request to a URL that was judged, and what comes of it.
struct Exchange: Sendable {
    var request: OutboundRequest
    var url: OutboundURL
    /// Of the reply's body.
    var maximumBytes: Int
    var deadline: NIODeadline

    /// - Parameter loop: where all of it happens, and where the client makes its connections; nil for any.
    func run(on client: HTTPClient, loop: (any EventLoop)? = nil) async -> Result<OutboundResponse, OutboundError> {
        guard let prepared else { return .failure(.notSent(.urlRefused)) }
        let collector = ResponseCollector(maximumBytes: maximumBytes)
        let task = client.execute(
            request: prepared, delegate: collector, eventLoop: loop.map { .delegate(on: $0) } ?? .indifferent,
            deadline: deadline)
        do {
            try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            return collector.response.map { .success($0) } ?? .failure(.unknown(.malformedReply))
        } catch {
            // A status that was read is the answer, whatever became of the rest.
            return collector.response.map { .success($0) }
                ?? .failure(OutboundError(cause: error, isSent: collector.isSent))
        }
    }

    private var prepared: HTTPClient.Request? {
        let headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        let body: HTTPClient.Body? = request.body.isEmpty ? nil : .bytes(request.body)
        let method = HTTPMethod(rawValue: request.method.rawValue)
        return try? HTTPClient.Request(url: url.text, method: method, headers: headers, body: body)
    }
}
