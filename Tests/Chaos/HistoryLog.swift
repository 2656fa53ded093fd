import Foundation
import Synchronization

/// A file of history entries, one JSON object a line, written as they happen.
final class HistoryLog: Sendable {
    private let descriptor: Mutex<CInt>

    init(path: String) throws(ChaosError) {
        let opened = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw .unusable(path) }
        descriptor = Mutex(opened)
    }

    deinit { descriptor.withLock { _ = close($0) } }

    func note(_ entry: HistoryEntry) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var line = try? encoder.encode(entry) else { preconditionFailure("an entry is always JSON") }
        line.append(UInt8(ascii: "\n"))
        descriptor.withLock { descriptor in
            let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            precondition(written == line.count, "A history with gaps would prove nothing")
        }
    }

    /// The entries of a file; none where there is no such file.
    static func read(_ path: String) throws -> [HistoryEntry] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let decoder = JSONDecoder()
        return try data.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(HistoryEntry.self, from: $0) }
    }
}
