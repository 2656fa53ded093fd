import Foundation
import Notifications

/// Jobs of which somebody wants to know when they were handled: told from the crowd by how their ids end.
enum Probe {
    private static let mark: (UInt8, UInt8, UInt8, UInt8) = (0xBE, 0x1F, 0x0B, 0xE1)

    static func makeId() -> UUID {
        var bytes = UUID.version7(at: .now).uuid
        (bytes.12, bytes.13, bytes.14, bytes.15) = mark
        return UUID(uuid: bytes)
    }

    static func isProbe(_ id: UUID) -> Bool {
        let bytes = id.uuid
        return (bytes.12, bytes.13, bytes.14, bytes.15) == mark
    }
}

/// Where a worker notes the probes that it handled, for a `DeliveryJournal` to read.
final class ProbeJournal: Sendable {
    private let descriptor: CInt

    init(path: String) throws(BenchError) {
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .connection("the journal: \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// One `write`, so that lines of several tasks and processes do not mix.
    func note(_ id: UUID) {
        guard Probe.isProbe(id) else { return }
        let micros = Int64(Date.now.timeIntervalSince1970 * 1e6)
        let line = Array("\(micros) probe \(id.text) - 1 accepted - 0\n".utf8)
        _ = write(descriptor, line, line.count)
    }
}
