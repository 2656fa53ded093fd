import NIOCore
import Synchronization

/// One connection: commands go in from any thread, replies come out in order.
///
/// Once closed, for whatever reason, it is never used again; ``RedisLink`` makes the next one.
final class RedisConnection: Sendable {
    typealias Completion = @Sendable (Result<[RedisValue], RedisError>) -> Void

    private struct State {
        var commands: CommandQueue<Completion>
        var subscription: SubscriptionInbox?
        /// Whether nothing was received since the last idle `PING`.
        var isPinging = false
    }

    let channel: any Channel
    private let state: Mutex<State>

    init(channel: any Channel, maximumPending: Int) {
        self.channel = channel
        state = Mutex(State(commands: CommandQueue(limit: maximumPending)))
    }

    /// Why the connection was closed; nil while it is open.
    var closeCause: CloseCause? {
        state.withLock { $0.commands.closed }
    }

    /// Sends the commands together, and completes with all their replies, error replies in place.
    ///
    /// `completion` is called once, on the event loop unless the commands are refused or ``close(_:)`` is called
    /// elsewhere. When `deadline` passes first, the connection is closed: a reply that came later would be taken for
    /// that of the next command.
    func send(
        _ commands: some Collection<RedisCommand> & Sendable, deadline: NIODeadline, completion: @escaping Completion
    ) {
        let enqueued = state.withLock { $0.commands.enqueue(commands, deadline: deadline, waiter: completion) }
        switch enqueued {
        case .refused(let error):
            completion(.failure(error))
        case .accepted(let flush, let alarm):
            // One flush writes what all tasks have sent by the time the event loop gets to it.
            if flush { channel.eventLoop.execute { self.flush() } }
            if let alarm { setAlarm(alarm) }
        }
    }

    /// Waits for the replies. Task cancellation is not seen: the deadline bounds the wait.
    func send(
        _ commands: some Collection<RedisCommand> & Sendable, deadline: NIODeadline
    ) async -> Result<[RedisValue], RedisError> {
        await withCheckedContinuation { continuation in
            send(commands, deadline: deadline) { continuation.resume(returning: $0) }
        }
    }

    /// Sends `commands`, and from then on gives every reply to `inbox`, which is finished when the connection closes.
    /// Returns false when it is closed already. Other commands must not be sent any more.
    func subscribe(_ commands: [RedisCommand], inbox: SubscriptionInbox) -> Bool {
        let isOpen = state.withLock { state in
            guard state.commands.closed == nil else { return false }
            state.subscription = inbox
            return true
        }
        if isOpen { write(commands) }
        return isOpen
    }

    /// Fails what is in flight, then closes the socket. Harmless when closed already.
    func close(_ cause: CloseCause = .local) {
        let (failed, subscription) = state.withLock { state in
            defer { state.subscription = nil }
            return (state.commands.close(cause), state.subscription)
        }
        channel.close(promise: nil)
        subscription?.finish()
        for (completion, error) in failed { completion(.failure(error)) }
    }
}

// MARK: - On the event loop

extension RedisConnection {
    func receive(_ replies: [RedisValue]) {
        let inbox = state.withLock { state in
            state.isPinging = false
            return state.subscription
        }
        if let inbox {
            if !replies.allSatisfy({ inbox.receive($0) }) { close() }
            return
        }
        let received = state.withLock { $0.commands.receive(replies) }
        for (completion, replies) in received.completed { completion(.success(replies)) }
        if !received.isInStep { close(.garbage) }
        // After a failover. The next connection finds the master, if the name leads there by then.
        if replies.contains(where: \.isOfReplica) { close(.replica) }
    }

    /// Nothing came for the idle time: asks for a sign of life, and closes when the last question was not answered.
    func becameIdle() {
        let (isSubscribed, wasPinging) = state.withLock { state in
            defer { state.isPinging = true }
            return (state.subscription != nil, state.isPinging)
        }
        // Commands have deadlines of their own, and a reply that they do not expect would put them out of step.
        guard isSubscribed else { return }
        if wasPinging {
            close(.deadline(.now()))
        } else {
            write([RedisCommand("PING")])
        }
    }

    private func flush() {
        channel.writeAndFlush(state.withLock { $0.commands.takeOutgoing() }, promise: nil)
    }

    private func write(_ commands: [RedisCommand]) {
        var bytes = ByteBuffer()
        for command in commands { bytes.writeCommand(command) }
        channel.writeAndFlush(bytes, promise: nil)
    }

    private func setAlarm(_ time: NIODeadline) {
        channel.eventLoop.scheduleTask(deadline: time) { [weak self] in self?.alarmRang() }
    }

    private func alarmRang() {
        let now = NIODeadline.now()
        switch state.withLock({ $0.commands.alarmRang(at: now) }) {
        case .off: break
        case .set(let time): setAlarm(time)
        case .deadlinePassed: close(.deadline(now))
        }
    }
}
