import Foundation

/// A file of accepts that outlives its process, for tests that kill workers and then ask what the provider truly took.
final class SimulatorJournal: Sendable {
    private let descriptor: CInt

    init(path: String) throws(ProvidersError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .journalUnavailable(path: path) }
    }

    deinit { close(descriptor) }

    /// One `write` to a file opened for appending: lines of several processes do not mix, and a line that was written
    /// stays when the process is killed. It goes to the page cache, so it does not wait for a disk.
    func append(_ accept: SimulatorAccept) {
        let line = Array(accept.line.utf8)
        let written = write(descriptor, line, line.count)
        precondition(written == line.count, "A journal with gaps would accuse Belfry of losses")
    }
}
