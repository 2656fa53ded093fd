/// Who has which place in a pool: a plain value, which does no I/O.
///
///     nothing ──take──▶ in use ──giveBack(connection)──▶ idle ──take──▶ in use
///                         │ giveBack(nil)
///                         ▼
///                      nothing
///
/// While anybody waits nothing is idle and no place is left, so whoever comes later never overtakes.
struct SMTPPoolState<Connection, Waiter> {
    enum Place {
        case connection(Connection)
        /// The right to open one.
        case empty
    }

    private let limit: Int
    private(set) var idle: [Connection] = []
    private(set) var inUse = 0
    private(set) var isClosed = false
    /// In the order of their coming; tickets ascend.
    private var waiters: [(ticket: Int, waiter: Waiter)] = []
    private var nextTicket = 0

    init(limit: Int) { self.limit = limit }

    /// A place, if one is free; the connection used last comes first, so that the others may rest until they close.
    mutating func take(where isUsable: (Connection) -> Bool) -> Place? {
        while let connection = idle.popLast() {
            guard isUsable(connection) else { continue }
            inUse += 1
            return .connection(connection)
        }
        guard inUse < limit else { return nil }
        inUse += 1
        return .empty
    }

    /// Returns the number by which to leave.
    mutating func wait(_ waiter: Waiter) -> Int {
        nextTicket += 1
        waiters.append((nextTicket, waiter))
        return nextTicket
    }

    /// The waiter of a ticket, who waits no longer; nil if he was served before.
    mutating func leave(ticket: Int) -> Waiter? {
        waiters.firstIndex { $0.ticket == ticket }.map { waiters.remove(at: $0).waiter }
    }

    /// Returns who has waited for longest and gets the place; without one the connection waits for the next user.
    ///
    /// - Parameter connection: nil if it is of no more use.
    mutating func giveBack(_ connection: Connection?) -> (waiter: Waiter, place: Place)? {
        if !waiters.isEmpty {
            return (waiters.removeFirst().waiter, connection.map(Place.connection) ?? .empty)
        }
        inUse -= 1
        if let connection, !isClosed { idle.append(connection) }
        return nil
    }

    /// Everyone who waits and every idle connection, to be sent away and closed.
    mutating func close() -> (waiters: [Waiter], connections: [Connection]) {
        isClosed = true
        defer { (waiters, idle) = ([], []) }
        return (waiters.map(\.waiter), idle)
    }
}

extension SMTPPoolState.Place: Sendable where Connection: Sendable {}
