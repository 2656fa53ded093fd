import NIOCore
import NIOSSL
import NIOTLS

/// Performs what the two state machines decide, on the connection's event loop. All of it runs there.
final class SMTPChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A message on its way, and who waits for what becomes of it.
    private struct Dispatch {
        var transaction: SMTPTransaction
        let content: SMTPContent
        var isContentOut = false
        let answer: @Sendable (SMTPDispatch) -> Void

        init(
            _ transaction: SMTPTransaction, _ content: SMTPContent, _ answer: @escaping @Sendable (SMTPDispatch) -> Void
        ) {
            (self.transaction, self.content, self.answer) = (transaction, content, answer)
        }
    }

    private enum State {
        case handshake(SMTPHandshake, EventLoopPromise<Void>)
        case idle
        case dispatching(Dispatch)
        case closed
    }

    private let configuration: SMTPConfiguration
    private let tls: NIOSSLContext?
    private let isUsable: UsableFlag
    private var state: State
    private var parser = SMTPReplyParser()
    private var capabilities = SMTPCapabilities()
    private var needsReset = false
    private var messages = 0
    /// Whether the final dot of the message under way was handed to the system.
    private var isSent = false
    /// When the call that waits ends.
    private var deadline: NIODeadline
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(
        _ configuration: SMTPConfiguration, tls: NIOSSLContext?, isUsable: UsableFlag, deadline: NIODeadline,
        ready: EventLoopPromise<Void>
    ) {
        (self.configuration, self.tls, self.isUsable, self.deadline) = (configuration, tls, isUsable, deadline)
        state = .handshake(SMTPHandshake(configuration), ready)
    }

    // MARK: What happens

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { arm() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(.connectionLost(phase))
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) { arm() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parser.append(unwrapInboundIn(data))
        do {
            while isOpen, let reply = try parser.next() { receive(reply) }
        } catch {
            end(.malformedReply(phase))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case TLSUserEvent.handshakeCompleted = event, case .handshake(var handshake, let ready) = state else {
            return
        }
        // With TLS from the first byte the server speaks next.
        guard configuration.security == .startTLS else { return }
        let action = handshake.secured()
        state = .handshake(handshake, ready)
        perform(action, ready)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(SMTPError(cause: error, phase: phase))
    }

    func channelInactive(context: ChannelHandlerContext) { end(.connectionLost(phase)) }

    // MARK: What is asked for

    /// Sends a message. `answer` is called once, also when the connection is gone already.
    func send(
        _ envelope: SMTPEnvelope, _ content: SMTPContent, deadline: NIODeadline,
        answer: @escaping @Sendable (SMTPDispatch) -> Void
    ) {
        func refuse(_ error: SMTPError) {
            let results = envelope.recipients.map { _ in SMTPResult.notSent(error) }
            answer(SMTPDispatch(results: results, wasAnswered: false))
        }
        guard case .idle = state else { return refuse(.connectionLost(.sender)) }
        do throws(SMTPError) {
            var transaction = try SMTPTransaction(envelope, content, capabilities, needsReset: needsReset)
            let action = transaction.start()
            messages += 1
            isSent = false
            self.deadline = deadline
            state = .dispatching(Dispatch(transaction, content, answer))
            perform(action)
        } catch {
            refuse(error)
        }
    }

    /// Ends the connection; what is under way fails with this.
    func end(_ error: SMTPError) {
        let ended = state
        state = .closed
        isUsable.clear()
        timer?.cancel()
        switch ended {
        case .handshake(_, let ready): ready.fail(error)
        case .dispatching(let dispatch):
            let transaction = dispatch.transaction
            dispatch.answer(
                SMTPDispatch(
                    results: transaction.results(failing: error, isSent: isSent),
                    wasAnswered: transaction.wasAnswered))
        case .idle, .closed: break
        }
        context?.close(promise: nil)
    }

    /// Says goodbye and closes, unless a message is under way.
    func quit() {
        guard case .idle = state else { return }
        write("QUIT\r\n")
        end(.shutDown)
    }

    // MARK: Replies

    private var isOpen: Bool { if case .closed = state { false } else { true } }

    private var phase: SMTPPhase {
        switch state {
        case .handshake(let handshake, _): handshake.phase
        case .dispatching(let dispatch): dispatch.transaction.phase
        case .idle, .closed: .sender
        }
    }

    private func receive(_ reply: SMTPReply) {
        switch state {
        case .handshake(var handshake, let ready):
            let action = handshake.receive(reply)
            state = .handshake(handshake, ready)
            perform(action, ready)
        case .dispatching(var dispatch):
            let action = dispatch.transaction.receive(reply)
            state = .dispatching(dispatch)
            perform(action)
        // Nobody asked: a 421 before the server hangs up, or a server that cannot be followed.
        case .idle: end(.connectionLost(.sender))
        case .closed: break
        }
    }

    private func perform(_ action: SMTPHandshake.Action, _ ready: EventLoopPromise<Void>) {
        switch action {
        case .send(let line):
            write(line + "\r\n")
            arm()
        case .startTLS: startTLS()
        case .ready(let capabilities):
            self.capabilities = capabilities
            state = .idle
            rest()
            ready.succeed()
        case .fail(let error): end(error)
        }
    }

    private func perform(_ action: SMTPTransaction.Action) {
        switch action {
        case .wait: arm()
        case .send(let lines):
            write(lines.map { $0 + "\r\n" }.joined())
            arm()
        case .sendContent: sendContent()
        case .sendLoneDot:
            write(".\r\n")
            arm()
        case .done(let results, let isReusable, let needsReset):
            finish(results, isReusable: isReusable, needsReset: needsReset)
        }
    }

    private func finish(_ results: [SMTPResult], isReusable: Bool, needsReset: Bool) {
        guard case .dispatching(let dispatch) = state else { return }
        // A server that answers before it has everything would take the rest for commands.
        let isEarly = dispatch.isContentOut && !isSent
        self.needsReset = needsReset
        state = .idle
        if !isReusable || isEarly {
            end(.connectionLost(.sender))
        } else if messages >= configuration.messagesPerConnection {
            quit()
        } else {
            rest()
        }
        dispatch.answer(SMTPDispatch(results: results, wasAnswered: true))
    }

    private func sendContent() {
        guard case .dispatching(var dispatch) = state, let context else { return }
        dispatch.isContentOut = true
        state = .dispatching(dispatch)
        let written = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(dispatch.content.bytes), promise: written)
        arm()
        // Until the system has all of it the final dot is still here, and the server cannot have the message.
        written.futureResult.assumeIsolated().whenSuccess {
            self.isSent = true
            if case .dispatching = self.state { self.arm(self.configuration.timeouts.finalDot) }
        }
    }

    private func startTLS() {
        guard let context, let tls else { return end(.tlsFailed) }
        // Whatever came in the clear behind the 220 is not the server's word.
        parser.discard()
        do {
            let handler = try NIOSSLClientHandler(context: tls, serverHostname: configuration.serverName)
            try context.pipeline.syncOperations.addHandler(handler, position: .first)
            arm()
        } catch {
            end(.tlsFailed)
        }
    }

    private func write(_ text: String) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(string: text)), promise: nil)
    }

    // MARK: Time

    /// Waits for the server as long as the phase allows, and no longer than the call.
    private func arm() { arm(configuration.timeouts.limit(of: phase)) }

    private func arm(_ limit: Duration) {
        schedule(at: min(NIODeadline.now() + TimeAmount(limit), deadline)) { $0.end(.timeout($0.phase)) }
    }

    private func rest() {
        schedule(at: .now() + TimeAmount(configuration.idleTimeout)) { $0.quit() }
    }

    private func schedule(at time: NIODeadline, _ act: @escaping (SMTPChannelHandler) -> Void) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(deadline: time) { act(self) }
    }
}
