import Foundation

/// Says that a live process owns a data folder. The kernel drops the lock when that process dies, however it dies, so
/// a server found in a folder that can be locked is a leftover.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `.folderInUse` if a live process, ours included, owns the folder.
    init(_ directory: String) throws(LocalServerError) {
        let descriptor = open("\(directory)/owner.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .folderUnusable(path: directory, reason: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .folderInUse(path: directory)
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }
}
