import NIOCore

/// What is in flight on one connection: the bytes not yet written, and who waits for which reply, in order.
///
///     enqueue ──▶ outgoing ──takeOutgoing──▶ sent ──receive──▶ completed
///                    └───────────close─────────┴──▶ failed (and every later enqueue is refused)
///
/// A value without I/O: the caller writes the bytes, resumes the waiters and sets the alarm, outside its lock.
struct CommandQueue<Waiter> {
    private struct Entry {
        let waiter: Waiter
        let deadline: NIODeadline
        let replies: Int
    }

    enum Enqueued: Equatable {
        case refused(RedisError)
        /// `flush`: nobody has been told to write yet. `alarm`: when to call ``alarmRang(at:)``, if it is to be set.
        case accepted(flush: Bool, alarm: NIODeadline?)
    }

    struct Received {
        var completed: [(waiter: Waiter, replies: [RedisValue])] = []
        /// False after a reply to nothing: the stream is out of step, and the connection must be closed.
        var isInStep = true
    }

    enum Alarm: Equatable {
        case off
        case set(NIODeadline)
        /// A deadline has passed; the connection must be closed with ``CloseCause/deadline(_:)``.
        case deadlinePassed
    }

    /// The most replies that may be outstanding.
    let limit: Int
    private(set) var closed: CloseCause?
    private var entries = CircularBuffer<Entry>()
    /// Entries at the end of `entries` whose bytes are still in `outgoing`.
    private var unsent = 0
    private var outgoing = ByteBuffer()
    private var outstanding = 0
    /// Replies so far to the first entry.
    private var collected: [RedisValue] = []
    private var alarm: NIODeadline?

    init(limit: Int) {
        self.limit = limit
    }

    /// Appends `commands` (at least one) as one entry, whose waiter gets all the replies together.
    mutating func enqueue(
        _ commands: some Collection<RedisCommand> & Sendable, deadline: NIODeadline, waiter: Waiter
    ) -> Enqueued {
        guard closed == nil else { return .refused(.connectionLost(sent: false)) }
        guard outstanding + commands.count <= limit else { return .refused(.overloaded) }
        let isFirst = unsent == 0
        for command in commands { outgoing.writeCommand(command) }
        entries.append(Entry(waiter: waiter, deadline: deadline, replies: commands.count))
        unsent += 1
        outstanding += commands.count
        let isEarliest = alarm.map { deadline < $0 } ?? true
        if isEarliest { alarm = deadline }
        return .accepted(flush: isFirst, alarm: isEarliest ? deadline : nil)
    }

    /// The bytes to write now. Everything enqueued so far counts as sent from here on.
    mutating func takeOutgoing() -> ByteBuffer {
        unsent = 0
        defer { outgoing = ByteBuffer() }
        return outgoing
    }

    mutating func receive(_ replies: [RedisValue]) -> Received {
        var received = Received()
        for reply in replies {
            guard entries.count > unsent, let first = entries.first else {
                received.isInStep = false
                break
            }
            collected.append(reply)
            outstanding -= 1
            guard collected.count == first.replies else { continue }
            entries.removeFirst()
            received.completed.append((first.waiter, collected))
            collected = []
        }
        return received
    }

    mutating func alarmRang(at now: NIODeadline) -> Alarm {
        // An alarm that was overtaken by an earlier one rings for nothing, and must not start a second chain of alarms.
        guard let due = alarm, due <= now else { return .off }
        alarm = entries.lazy.map(\.deadline).min()
        guard let alarm else { return .off }
        return alarm <= now ? .deadlinePassed : .set(alarm)
    }

    /// Refuses everything from now on, and returns who is to be failed with what. Only the first cause counts.
    mutating func close(_ cause: CloseCause) -> [(waiter: Waiter, error: RedisError)] {
        if closed == nil { closed = cause }
        let sent = entries.count - unsent
        defer {
            entries.removeAll()
            unsent = 0
            outgoing = ByteBuffer()
        }
        return entries.enumerated().map { index, entry in
            (entry.waiter, cause.error(deadline: entry.deadline, sent: index < sent))
        }
    }
}
