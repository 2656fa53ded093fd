internal import CLibPQ
internal import Dispatch
internal import Foundation

/// Asks the server, over a connection of its own, to cancel what a session runs.
///
/// libpq does that by calls which block for as long as the network lets them, so they have a thread of their own, which
/// is left alone when they take too long. `@unchecked Sendable` is sound because the pointer never changes and only
/// that thread uses it until nobody holds this object, and because `wasTaken` is written before the semaphore is
/// signalled and read after.
final class CancelRequest: @unchecked Sendable {
    private let request: OpaquePointer
    private let end = DispatchSemaphore(value: 0)
    private var wasTaken = false

    /// - Parameter connection: an open `PGconn`. It is not needed any longer once this returns.
    init?(_ connection: OpaquePointer) {
        guard let request = PQgetCancel(connection) else { return nil }
        self.request = request
    }

    deinit {
        PQfreeCancel(request)
    }

    /// Blocks until the session got the signal, at most for `patience`. True means that it cannot come any later, and
    /// so never hits a statement that is sent after this.
    ///
    /// **Source:** `PQcancel` waits for the server to close its connection, which it does after the signal.
    func send(within patience: Duration) -> Bool {
        let thread = Thread { [self] in
            var message = [CChar](repeating: 0, count: 256)
            wasTaken = PQcancel(request, &message, Int32(message.count)) == 1
            end.signal()
        }
        thread.name = "cancel"
        thread.start()
        return end.wait(timeout: .now() + patience / .seconds(1)) == .success && wasTaken
    }
}
