internal import Foundation

enum Socket {
    /// Waits until a socket can be read or written, or has failed, which reading it then tells.
    ///
    /// - Parameter patience: nil for ever.
    static func isReady(_ socket: Int32, for events: Int32, within patience: Duration?) -> Bool {
        var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
        let milliseconds = patience.map { Int32(clamping: max(0, Int($0 / .milliseconds(1)))) } ?? -1
        while true {
            let count = poll(&descriptor, 1, milliseconds)
            // A signal only lengthens the wait, by at most one more patience.
            if count >= 0 || errno != EINTR { return count > 0 }
        }
    }

    /// Whether there is something to read, the end included. Does not wait.
    static func hasInput(_ socket: Int32) -> Bool {
        isReady(socket, for: POLLIN, within: .zero)
    }
}
