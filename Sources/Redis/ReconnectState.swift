/// Who waits for a connection, and what is being done to get one.
///
///            request              succeeded
///     idle ──────────▶ connecting ─────────▶ connected
///                       │      ▲                 │
///                failed │      │ elapsed         │ lost
///                       ▼      │                 │
///                      backingOff ◀──────────────┘          any ──close──▶ closed
///
/// A value without I/O: each event returns the one thing to do next.
struct ReconnectState<Connection: AnyObject, Waiter> {
    enum Phase {
        case idle
        /// `failures`: attempts that failed in a row before this one.
        case connecting(failures: Int)
        case connected(Connection)
        case backingOff(failures: Int)
        case closed
    }

    enum Action {
        case none
        case connect
        /// Call ``backoffElapsed()`` after the delay for so many failures.
        case backOff(failures: Int)
        case deliver(Connection, to: [Waiter])
        /// Nobody wants this connection any more.
        case discard(Connection)
    }

    enum Answer {
        case use(Connection)
        /// The waiter is kept, until it is delivered, withdrawn or closed.
        case wait(Action)
        case refuse(RedisError)
    }

    /// The most waiters.
    let limit: Int
    private(set) var phase = Phase.idle
    /// How the latest attempt failed; nil once connected.
    private(set) var lastFailure: RedisError?
    private var waiters: [UInt64: Waiter] = [:]

    init(limit: Int) {
        self.limit = limit
    }

    /// Connects ahead of the first request.
    mutating func start() -> Action {
        guard case .idle = phase else { return .none }
        phase = .connecting(failures: 0)
        return .connect
    }

    mutating func request(id: UInt64, waiter: Waiter) -> Answer {
        switch phase {
        case .connected(let connection):
            return .use(connection)
        case .closed:
            return .refuse(.closed)
        case .idle, .connecting, .backingOff:
            guard waiters.count < limit else { return .refuse(.overloaded) }
            waiters[id] = waiter
            return .wait(start())
        }
    }

    mutating func succeeded(_ connection: Connection) -> Action {
        guard case .connecting = phase else { return .discard(connection) }
        phase = .connected(connection)
        lastFailure = nil
        return .deliver(connection, to: takeWaiters())
    }

    mutating func failed(_ error: RedisError) -> Action {
        guard case .connecting(let failures) = phase else { return .none }
        phase = .backingOff(failures: failures + 1)
        lastFailure = error
        return .backOff(failures: failures + 1)
    }

    /// The connection broke. News of any but the present connection is old.
    mutating func lost(_ connection: Connection) -> Action {
        guard case .connected(let present) = phase, present === connection else { return .none }
        phase = .backingOff(failures: 0)
        return .backOff(failures: 0)
    }

    mutating func backoffElapsed() -> Action {
        guard case .backingOff(let failures) = phase else { return .none }
        phase = .connecting(failures: failures)
        return .connect
    }

    /// Takes back a waiter whose deadline passed or whose task was cancelled; nil when it was answered already.
    mutating func withdraw(id: UInt64) -> Waiter? {
        waiters.removeValue(forKey: id)
    }

    mutating func close() -> (connection: Connection?, waiters: [Waiter]) {
        defer { phase = .closed }
        guard case .connected(let connection) = phase else { return (nil, takeWaiters()) }
        return (connection, takeWaiters())
    }

    /// In the order they came.
    private mutating func takeWaiters() -> [Waiter] {
        defer { waiters = [:] }
        return waiters.sorted { $0.key < $1.key }.map(\.value)
    }
}
