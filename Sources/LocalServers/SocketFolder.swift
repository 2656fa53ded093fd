import Foundation

/// The folder of a server's Unix socket: its data folder where possible.
///
/// A socket's path has at most 107 bytes. Where the data folder lies too deep, a short private folder
/// `/tmp/belfry-<hash>` stands in, whose name follows from the data folder's.
///
/// **Source:** Linux `unix(7)`, `sun_path` is 108 bytes with its closing NUL; macOS has 104.
struct SocketFolder: Sendable {
    static let maximumPathLength = 103

    let path: String
    /// True if the folder is not the data folder.
    let isSubstitute: Bool

    init(for directory: String, socketName: String) {
        isSubstitute = "\(directory)/\(socketName)".utf8.count > Self.maximumPathLength
        path = isSubstitute ? "/tmp/belfry-\(Self.hash(directory))" : directory
    }

    /// Makes the folder for `account` alone. Anyone may write to `/tmp`, so what lies there already must be ours.
    func prepare(for account: ServerAccount) throws(LocalServerError) {
        guard isSubstitute else { return }
        try PrivateFolder.make(path, for: account)
    }

    func remove() {
        if isSubstitute { rmdir(path) }
    }

    /// FNV-1a, 64 bits: any short name that is the same in every run will do.
    private static func hash(_ text: String) -> String {
        let value = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(value, radix: 16)
    }
}
