import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Notifications

/// The other side of webhooks: an HTTP server that answers as badly as a run wants, and notes each call before it does.
final class Receiver: Sendable {
    /// One call.
    struct Call: Sendable {
        var idempotencyKey: String
        var notification: String
        var title: String
        /// 1 for the first of its key.
        var number: Int
        /// Of the caller's end of the connection.
        var port: Int
    }

    let port: Int
    private let listener: any Channel

    /// - Parameters:
    ///   - decide: how a call is answered. Called on an event loop, so it must not block for long.
    static func start(
        history: HistoryLog, decide: @escaping @Sendable (Call) -> WebhookAnswer
    ) async throws -> Receiver {
        let counts = CallCounts()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        ReceiverHandler(history: history, counts: counts, decide: decide))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return Receiver(listener)
    }

    private init(_ listener: any Channel) {
        self.listener = listener
        port = listener.localAddress?.port ?? 0
    }

    var url: String { "http://127.0.0.1:\(port)/hook" }

    func stop() async { try? await listener.close() }
}

private final class ReceiverHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let largestBody = 1 << 20

    private let history: HistoryLog
    private let counts: CallCounts
    private let decide: @Sendable (Receiver.Call) -> WebhookAnswer
    private var key = ""
    private var body = ByteBuffer()

    init(
        history: HistoryLog, counts: CallCounts, decide: @escaping @Sendable (Receiver.Call) -> WebhookAnswer
    ) {
        self.history = history
        self.counts = counts
        self.decide = decide
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            key = head.headers.first(name: "webhook-id") ?? ""
            body.clear()
        case .body(var part):
            if body.readableBytes + part.readableBytes <= ReceiverHandler.largestBody { body.writeBuffer(&part) }
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let data = try? JSON(parsing: Array(body.readableBytesView))["data"],
            let notification = data["notificationId"]?.string
        else { return respond(.badRequest, context) }
        let call = Receiver.Call(
            idempotencyKey: key, notification: notification, title: data["title"]?.string ?? "",
            number: counts.next(key), port: context.remoteAddress?.port ?? 0)
        let answer = decide(call)
        history.note(HistoryEntry("receiver", .ok, key, ids: [notification], note: answer.rawValue))
        switch answer {
        case .accept: respond(.ok, context)
        case .acceptThenFail: respond(.internalServerError, context)
        case .throttle: respond(.tooManyRequests, context, ["retry-after": "1"])
        case .acceptThenReset: context.channel.reset()
        case .acceptThenSilence, .hang, .kill: break
        }
    }

    private func respond(
        _ status: HTTPResponseStatus, _ context: ChannelHandlerContext, _ headers: HTTPHeaders = [:]
    ) {
        var headers = headers
        headers.add(name: "content-length", value: "0")
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
