import Foundation
import NIOCore
import NIOHPACK
import NIOHTTP2
import Notifications

/// One connection to the stand-in, frame by frame: a channel for each stream would cost more than all the rest of it.
///
/// Like Apple it takes one request at a time until the first is answered, and many from then on.
final class APNSStandInConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    static let firstSettings = [HTTP2Setting(parameter: .maxConcurrentStreams, value: 1)]
    private static let settings = [HTTP2Setting(parameter: .maxConcurrentStreams, value: 1000)]
    /// Bytes that the client is granted at a time.
    private static let windowStep = 16_384

    private let latency: TimeAmount
    private let ledger: PushLedger
    private let number: Int
    /// Those that are not answered.
    private var pushes: [HTTP2StreamID: PushLedger.Send] = [:]
    /// All that is to be answered. It takes the same time for each, so the order is that in which they came.
    private var due = CircularBuffer<(stream: HTTP2StreamID, at: NIODeadline)>()
    private var timer: Scheduled<Void>?
    private var hasAnswered = false
    /// Bytes that the client may send beyond what it knows; at first so many that it never has to wait for more.
    private var room = 1 << 20

    init(latency: TimeAmount, ledger: PushLedger) {
        self.latency = latency
        self.ledger = ledger
        number = ledger.addConnection()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let part):
            pushes[frame.streamID] = push(part.headers)
            if part.endStream { hasAll(of: frame.streamID, context) }
        case .data(let part):
            room += part.data.readableBytes
            if part.endStream { hasAll(of: frame.streamID, context) }
        case .rstStream:
            pushes[frame.streamID] = nil
            due.removeAll { $0.stream == frame.streamID }
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if room >= APNSStandInConnection.windowStep {
            write(.windowUpdate(windowSizeIncrement: room), to: .rootStream, context)
            context.flush()
            room = 0
        }
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Nil unless it looks like one.
    private func push(_ headers: HPACKHeaders) -> PushLedger.Send? {
        let prefix = "/3/device/"
        guard headers.first(name: ":method") == "POST",
            let path = headers.first(name: ":path"), path.hasPrefix(prefix),
            headers.first(name: "authorization")?.hasPrefix("bearer ") == true,
            let id = headers.first(name: "apns-id").flatMap(UUID.init)
        else { return nil }
        return PushLedger.Send(
            token: String(path.dropFirst(prefix.count)), id: id, connection: number, streams: pushes.count + 1,
            receivedAt: .distantPast, answeredAt: .distantPast)
    }

    private func hasAll(of stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        pushes[stream]?.receivedAt = .now
        due.append((stream, .now() + latency))
        setTimer(context)
    }

    private func setTimer(_ context: ChannelHandlerContext) {
        guard timer == nil, let first = due.first else { return }
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: first.at) { self.answer(context) }
    }

    /// All that is due, in one go.
    private func answer(_ context: ChannelHandlerContext) {
        timer = nil
        let now = NIODeadline.now()
        while let first = due.first, first.at <= now {
            due.removeFirst()
            answer(pushes.removeValue(forKey: first.stream), on: first.stream, context)
        }
        context.flush()
        setTimer(context)
    }

    private func answer(_ push: PushLedger.Send?, on stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        var headers = HPACKHeaders([(":status", push == nil ? "400" : "200")])
        if var push {
            headers.add(name: "apns-id", value: push.id.text)
            push.answeredAt = .now
            ledger.add(push)
        }
        if !hasAnswered {
            hasAnswered = true
            write(.settings(.settings(APNSStandInConnection.settings)), to: .rootStream, context)
        }
        write(.headers(.init(headers: headers, endStream: true)), to: stream, context)
    }

    private func write(
        _ payload: HTTP2Frame.FramePayload, to stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: nil)
    }
}
