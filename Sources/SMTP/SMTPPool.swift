import NIOCore
import NIOPosix
import Synchronization

/// At most `limit` connections; who finds none waits in turn.
final class SMTPPool: Sendable {
    /// An open connection, or nil for the right to open one.
    private typealias Waiter = EventLoopPromise<SMTPConnection?>

    private let state: Mutex<SMTPPoolState<SMTPConnection, Waiter>>

    init(limit: Int) { state = Mutex(SMTPPoolState(limit: limit)) }

    /// A place, now or when one is given back: an open connection, or nil for the right to open one.
    func take(until deadline: NIODeadline) async throws(SMTPError) -> SMTPConnection? {
        let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: SMTPConnection?.self)
        let ticket = state.withLock { state -> Int? in
            if state.isClosed {
                promise.fail(SMTPError.shutDown)
            } else if let place = state.take(where: \.isUsable) {
                promise.succeed(place.connection)
            } else {
                return state.wait(promise)
            }
            return nil
        }
        let timer = ticket.map { ticket in
            promise.futureResult.eventLoop.scheduleTask(deadline: deadline) { [self] in
                leave(ticket, .noFreeConnection)
            }
        }
        defer { timer?.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await promise.futureResult.get()
            } onCancel: {
                if let ticket { leave(ticket, .cancelled) }
            }
        } catch {
            throw error as? SMTPError ?? .shutDown
        }
    }

    /// - Parameter connection: nil, or one that is closed, gives back the right to open one.
    func giveBack(_ connection: SMTPConnection?) {
        let usable = connection.flatMap { $0.isUsable ? $0 : nil }
        let (next, isClosed) = state.withLock { ($0.giveBack(usable), $0.isClosed) }
        if let next { next.waiter.succeed(next.place.connection) } else if isClosed { usable?.quit() }
    }

    func close() {
        let (waiters, connections) = state.withLock { $0.close() }
        for waiter in waiters { waiter.fail(SMTPError.shutDown) }
        for connection in connections { connection.quit() }
    }

    /// Does nothing when the waiter was served before.
    private func leave(_ ticket: Int, _ error: SMTPError) {
        state.withLock { $0.leave(ticket: ticket) }?.fail(error)
    }
}

extension SMTPPoolState.Place {
    fileprivate var connection: Connection? { if case .connection(let connection) = self { connection } else { nil } }
}
