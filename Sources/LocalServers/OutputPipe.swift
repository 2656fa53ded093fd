import Foundation
import Synchronization

/// The descriptors through which a child's output leaves it.
struct OutputPipe: Sendable {
    /// What becomes the child's descriptors 1 and 2; nil leaves it ours.
    let childEnd: Int32?
    private let ourEnd: Int32?
    private let handler: @Sendable (String) -> Void

    init(_ output: ChildProcess.Output) throws(LocalServerError) {
        switch output {
        case .inherit:
            (childEnd, ourEnd, handler) = (nil, nil, { _ in })
        case .file(let path):
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw .folderUnusable(path: path, reason: String(cString: strerror(errno))) }
            (childEnd, ourEnd, handler) = (descriptor, nil, { _ in })
        case .lines(let handler):
            var ends: [Int32] = [-1, -1]
            let code = Spawn.gate.withLock { _ in
                guard pipe(&ends) == 0 else { return errno }
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
                return 0
            }
            guard code == 0 else { throw .spawnFailed(executable: "pipe", code: code) }
            (childEnd, ourEnd, self.handler) = (ends[1], ends[0], handler)
        }
    }

    func closeChildEnd() {
        if let childEnd { close(childEnd) }
    }

    func closeOurEnd() {
        if let ourEnd { close(ourEnd) }
    }

    /// Hands over lines on a thread of its own. The semaphore is signalled when the last writer has closed its end.
    func startReading() -> DispatchSemaphore {
        let drained = DispatchSemaphore(value: 0)
        guard let ourEnd else {
            drained.signal()
            return drained
        }
        Thread.detachNewThread {
            readLines(from: ourEnd)
            close(ourEnd)
            drained.signal()
        }
        return drained
    }

    private func readLines(from descriptor: Int32) {
        var splitter = LineSplitter()
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            for line in splitter.append(buffer[..<count]) { handler(line) }
        }
        if let last = splitter.finish() { handler(last) }
    }
}
