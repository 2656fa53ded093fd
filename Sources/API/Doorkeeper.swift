import NIOCore
import NIOHTTP1

/// Sends away requests to notify while there is too much to do, before a task, a key or a document is made of them: a
/// refusal must cost next to nothing, or those who are refused take the machine from those who were let in.
///
/// Judged are requests that come whole in one reading, as most do. What comes in pieces or ahead of an answer goes on, to
/// be judged by what its body turns out to say; so nothing is held from one reading to the next.
final class Doorkeeper: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    static let path = "/v1/notifications"

    private let gate: LoadGate
    private let refusal: Refusal
    /// A request that may yet be sent away, as far as it has come.
    private var held: (head: HTTPRequestHead, body: ByteBuffer)?
    /// Requests passed on whose answers have not ended.
    private var unanswered = 0

    init(_ gate: LoadGate, _ refusal: Refusal) {
        self.gate = gate
        self.refusal = refusal
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head) where unanswered == 0 && asksToNotify(head) && !gate.isCalm:
            held = (head, ByteBuffer())
        case .head:
            unanswered += 1
            context.fireChannelRead(data)
        case .body(var part) where held != nil:
            if held?.body.readableBytes == 0 { held?.body = part } else { held?.body.writeBuffer(&part) }
        case .end where held != nil:
            if let held, let glance = RequestGlance(held.body.readableBytesView), gate.sheds(glance) {
                self.held = nil
                refusal.answer(held.head, context)
            } else {
                letIn(context)
                context.fireChannelRead(data)
            }
        case .body, .end: context.fireChannelRead(data)
        }
    }

    private func asksToNotify(_ head: HTTPRequestHead) -> Bool {
        head.method == .POST && head.uri == Doorkeeper.path
    }

    /// Passes on what is held.
    private func letIn(_ context: ChannelHandlerContext) {
        guard let held else { return }
        self.held = nil
        unanswered += 1
        context.fireChannelRead(wrapInboundOut(.head(held.head)))
        if held.body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(held.body))) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        letIn(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        letIn(context)
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { unanswered -= 1 }
        context.write(data, promise: promise)
    }
}
