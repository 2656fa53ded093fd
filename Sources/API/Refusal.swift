import HTTPTypes
import NIOCore
import NIOHTTP1
import Notifications

/// The answer to those who are sent away: the problem `overloaded` as everybody gets it, made once but for its id.
struct Refusal: Sendable {
    private let metrics: RequestMetrics
    private let origins: AllowedOrigins
    /// Up to the value of `requestId`, which comes last.
    private let beginning: ByteBuffer

    private static let ending: StaticString = "\"}"

    init(_ metrics: RequestMetrics, origins: AllowedOrigins = .none) {
        self.metrics = metrics
        self.origins = origins
        let body = Problem.overloaded.json(instance: Doorkeeper.path, requestId: "").text
        beginning = ByteBuffer(string: String(body.dropLast(2)))
    }

    func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let requestId = RequestFrame.requestId(given: request.headers.first(name: "x-request-id"))
        var body = beginning
        body.writeString(requestId)
        body.writeStaticString(Refusal.ending)
        var headers: HTTPHeaders = [
            "content-type": Problem.contentType, "content-length": "\(body.readableBytes)",
            "retry-after": "\(Problem.overloadedPause)", "x-request-id": requestId,
        ]
        for field in origins.headers(for: request.headers.first(name: "origin")) {
            headers.add(name: field.name.rawName, value: field.value)
        }
        func part(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }
        context.write(
            part(.head(HTTPResponseHead(version: .http1_1, status: .serviceUnavailable, headers: headers))),
            promise: nil)
        context.write(part(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(part(.end(nil)), promise: nil)
        metrics.count(method: .post, path: Doorkeeper.path, status: 503, took: .zero)
    }
}
