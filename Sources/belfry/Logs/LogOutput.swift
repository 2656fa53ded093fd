import Foundation
import Notifications
import Synchronization

/// Where log lines go: each line in one write of its own, so that lines of several threads and processes never mix, and
/// none is lost when the process is killed.
final class LogOutput: Sendable {
    static let standardError = LogOutput(descriptor: STDERR_FILENO)

    private let descriptor: Int32
    /// Kept, so that a line costs no allocation of its own.
    private let buffer = Mutex<[UInt8]>([])

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func write(_ line: LogLine, as format: LogFormat, at now: Date = Date()) {
        buffer.withLock { buffer in
            buffer.removeAll(keepingCapacity: true)
            format.append(line, at: Timestamp.text(now), to: &buffer)
            buffer.append(UInt8(ascii: "\n"))
            flush(buffer)
        }
    }

    /// What cannot be written is dropped: there is nowhere to complain.
    private func flush(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                let written = Foundation.write(descriptor, rest.baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                done += written
            }
        }
    }
}
