import NIOCore
import NIOHTTP1

/// Holds the peer of a connection to its deadlines, and closes in good order: the last answer says so, and is still
/// read by a peer that is in the middle of sending.
///
/// The server's own idle timeout starts afresh with every byte of a body and does not see heads at all, so that a peer
/// could stay for ever by sending slowly.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var clock: ConnectionClock
    private let maximumBodyBytes: Int
    private var hasReadPart = false
    /// Whether a head was not understood: what comes after it is anybody's guess.
    private var isInDoubt = false
    private var timer: Scheduled<Void>?
    private var timerEnd: NIODeadline?

    init(limits: ConnectionClock.Limits, maximumBodyBytes: Int, at now: NIODeadline) {
        clock = ConnectionClock(limits: limits, at: now)
        self.maximumBodyBytes = maximumBodyBytes
    }

    func channelActive(context: ChannelHandlerContext) {
        setTimer(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if clock.isClosing || isInDoubt { return }
        hasReadPart = true
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard isPlain(head) else {
                isInDoubt = true
                return context.fireErrorCaught(HTTPParserError.unknown)
            }
            let isNext = clock.owesNothing
            clock.headRead(at: context.eventLoop.now, keepsAlive: keepsAlive(after: head))
            if isNext, wantsContinue(head) {
                context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
            }
        case .body: break
        case .end: clock.requestEnded()
        }
        context.fireChannelRead(data)
    }

    /// What HTTP/1.0 calls keep-alive is not offered. After a request that offers an upgrade, as some clients do with every
    /// one, the parser reads no more HTTP.
    private func keepsAlive(after head: HTTPRequestHead) -> Bool {
        head.isKeepAlive && head.version != .http1_0 && !head.headers.contains(name: "upgrade")
    }

    /// Whether a head can mean only one request: the parser lets some pass that a proxy before us may read differently.
    ///
    /// **Source:** RFC 9112, sections 3.2 (one Host) and 6.3 (a request's last transfer coding is chunked; others we
    /// do not know). CONNECT asks for a proxy, and what follows it is no HTTP.
    private func isPlain(_ head: HTTPRequestHead) -> Bool {
        if head.method == .CONNECT { return false }
        let codings = head.headers[canonicalForm: "transfer-encoding"]
        if !codings.isEmpty, codings.map({ $0.lowercased() }) != ["chunked"] { return false }
        let hosts = head.headers["host"].count
        return hosts == 1 || (hosts == 0 && head.version == .http1_0)
    }

    /// A body that is announced as too large is not asked for: the refusal comes at once.
    private func wantsContinue(_ head: HTTPRequestHead) -> Bool {
        guard head.headers.first(name: "expect")?.lowercased() == "100-continue" else { return false }
        return (head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0) <= maximumBodyBytes
    }

    /// The time is set here and not with each part: most requests come whole, and then need none.
    func channelReadComplete(context: ChannelHandlerContext) {
        if !hasReadPart { clock.partialHeadRead(at: context.eventLoop.now) }
        hasReadPart = false
        setTimer(context)
        // Nobody else reads any more, and what is left unread would reset the connection.
        if clock.isClosing { context.read() }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            let saysClose = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
            if clock.answering(saysClose: saysClose) { head.headers.replaceOrAdd(name: "connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            if clock.answered(at: context.eventLoop.now) {
                sendLast(data, promise, context)
            } else {
                context.write(data, promise: promise)
            }
            setTimer(context)
        }
    }

    /// Ends the last answer and hangs up once all of it is sent.
    private func sendLast(_ data: NIOAny, _ promise: EventLoopPromise<Void>?, _ context: ChannelHandlerContext) {
        let promise = promise ?? context.eventLoop.makePromise()
        promise.futureResult.assumeIsolated().whenComplete { _ in
            self.clock.lastAnswerSent(at: context.eventLoop.now)
            self.setTimer(context)
            context.close(mode: .output, promise: nil)
            context.read()
        }
        context.writeAndFlush(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            // Not passed on: the server would close idle connections at once, under requests that are on their way.
            clock.drain(at: context.eventLoop.now)
            setTimer(context)
        case ChannelEvent.inputClosed where clock.isClosing: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// One timer at a time, moved only when it would be too late; one that is too early looks again.
    private func setTimer(_ context: ChannelHandlerContext) {
        guard context.channel.isActive, let deadline = clock.deadline else { return }
        if let timerEnd, timerEnd <= deadline { return }
        timer?.cancel()
        timerEnd = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.timeIsUp(context) }
    }

    private func timeIsUp(_ context: ChannelHandlerContext) {
        timerEnd = nil
        switch clock.expire(at: context.eventLoop.now) {
        case .nothing: setTimer(context)
        case .close: context.close(promise: nil)
        case .failBody: context.fireErrorCaught(BodyTooSlow())
        }
    }
}

/// The rest of a body did not come in time.
struct BodyTooSlow: Error {}
