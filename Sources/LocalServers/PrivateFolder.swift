import Foundation

/// A folder that one account alone may enter (mode 0700).
enum PrivateFolder {
    /// Makes the folder and the missing ones above it, or checks that the one that is there is ours already.
    ///
    /// - Throws: `.folderUnusable` if the folder is a link, belongs to someone else, or cannot be entered by `account`.
    static func make(_ path: String, for account: ServerAccount) throws(LocalServerError) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw .folderUnusable(path: path, reason: "\(parent) could not be made.")
        }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .folderUnusable(path: path, reason: String(cString: strerror(errno)))
        }
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw .folderUnusable(path: path, reason: "It is not a folder.")
        }
        guard info.st_uid == geteuid() || info.st_uid == account.userIdentifier else {
            throw .folderUnusable(path: path, reason: "It belongs to another user (id \(info.st_uid)).")
        }
        guard lchown(path, account.userIdentifier, account.groupIdentifier) == 0, chmod(path, 0o700) == 0 else {
            throw .folderUnusable(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
