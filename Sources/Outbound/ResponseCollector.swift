import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1
import Synchronization

/// Follows one exchange: whether the request has left, and how much of the answer is there.
///
/// What it has counts even when the exchange fails: a status that was read is the answer, whatever became of the body.
final class ResponseCollector: HTTPClientResponseDelegate {
    private struct Oversized: Error {}

    private struct Progress {
        var isSent = false
        var response: OutboundResponse?
    }

    private let progress = Mutex(Progress())
    private let maximumBytes: Int

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    var isSent: Bool { progress.withLock(\.isSent) }

    /// The answer so far; nil until its head came.
    var response: OutboundResponse? { progress.withLock(\.response) }

    func didSendRequestHead(task: HTTPClient.Task<Void>, _ head: HTTPRequestHead) {
        progress.withLock { $0.isSent = true }
    }

    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        var headers = HTTPFields()
        for header in head.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            headers.append(HTTPField(name: name, value: header.value))
        }
        let response = OutboundResponse(status: Int(head.status.code), headers: headers, body: [], isTruncated: true)
        progress.withLock { $0.response = response }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    /// Fails the exchange, and with it the connection, when there is more than we keep.
    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = progress.withLock { progress in
            let room = maximumBytes - (progress.response?.body.count ?? 0)
            progress.response?.body.append(contentsOf: part.readableBytesView.prefix(room))
            return part.readableBytes <= room
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(Oversized())
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {
        progress.withLock { $0.response?.isTruncated = false }
    }
}
