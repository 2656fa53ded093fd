/// Who has which place in a pool: a plain value, which does no I/O.
///
/// A place is either empty or holds a connection. At most `limit` exist; each is idle or in use:
///
///     nothing ──take──▶ in use ──giveBack(connection)──▶ idle ──take──▶ in use
///                         │ giveBack(nil)
///                         ▼
///                      nothing
///
/// While anybody waits nothing is idle and no place is left, so whoever comes later never overtakes.
struct PoolState<Connection, Waiter> {
    enum Handover {
        /// Let this waiter have the place.
        case pass(PoolPlace<Connection>, Waiter)
        /// The connection now waits for the next user.
        case keep
        /// The pool is closed: close the connection, if there is one.
        case discard
    }

    private let limit: Int
    private(set) var idle: [Connection] = []
    private(set) var inUse = 0
    private(set) var isClosed = false
    /// By ticket. Tickets ascend, so the lowest one still here has waited for longest.
    private var waiters: [Int: Waiter] = [:]
    private var nextTicket = 0
    private var nextServed = 0
    private(set) var totals = PostgresPoolTotals()

    var waiting: Int { waiters.count }

    init(limit: Int) {
        self.limit = limit
    }

    /// A number by which to wait.
    mutating func ticket() -> Int {
        defer { nextTicket += 1 }
        return nextTicket
    }

    /// A place, if one is free; the connection used last comes first, so that the others may rest.
    mutating func take() -> PoolPlace<Connection>? {
        guard !idle.isEmpty || inUse < limit else { return nil }
        inUse += 1
        totals.acquired += 1
        return idle.popLast().map(PoolPlace.connection) ?? .empty
    }

    mutating func wait(_ waiter: Waiter, ticket: Int) {
        waiters[ticket] = waiter
        // Between drawing a ticket and waiting with it, higher ones may have been served.
        nextServed = min(nextServed, ticket)
    }

    /// The waiter of a ticket, who waits no longer; nil if he was served before.
    mutating func leave(ticket: Int) -> Waiter? {
        waiters.removeValue(forKey: ticket)
    }

    /// - Parameter connection: nil if it is of no more use.
    mutating func giveBack(_ connection: Connection?) -> Handover {
        if isClosed {
            inUse -= 1
            return .discard
        }
        if let waiter = longestWaiting() {
            totals.acquired += 1
            return .pass(connection.map(PoolPlace.connection) ?? .empty, waiter)
        }
        inUse -= 1
        if let connection { idle.append(connection) }
        return .keep
    }

    /// Notes a wait that is over, however it ended.
    mutating func noteWait(of duration: Duration, timedOut: Bool) {
        totals.waited += 1
        totals.waitedTime += duration
        if timedOut { totals.timedOut += 1 }
    }

    /// Everyone who waits and every idle connection, to be sent away and closed.
    mutating func close() -> (waiters: [Waiter], connections: [Connection]) {
        isClosed = true
        defer {
            waiters = [:]
            idle = []
        }
        return (Array(waiters.values), idle)
    }

    private mutating func longestWaiting() -> Waiter? {
        guard !waiters.isEmpty else { return nil }
        while true {
            defer { nextServed += 1 }
            if let waiter = waiters.removeValue(forKey: nextServed) { return waiter }
        }
    }
}

/// What a place in a pool comes with.
enum PoolPlace<Connection> {
    case connection(Connection)
    /// The right to open a connection.
    case empty
}

extension PoolPlace: Sendable where Connection: Sendable {}
