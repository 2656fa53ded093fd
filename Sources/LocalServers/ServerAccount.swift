import Foundation

/// The system account a server runs as: ours, or `postgres` for a Postgres that root starts.
struct ServerAccount: Sendable, Hashable {
    let userIdentifier: UInt32
    let groupIdentifier: UInt32
    /// Set if the account is not ours.
    let name: String?

    static var current: ServerAccount {
        ServerAccount(userIdentifier: geteuid(), groupIdentifier: getegid(), name: nil)
    }

    /// Postgres refuses to run as root; its package brings an account that it likes.
    static func forPostgres() throws(LocalServerError) -> ServerAccount {
        guard geteuid() == 0 else { return current }
        guard let entry = getpwnam("postgres") else {
            throw .programMissing(name: "user account postgres", package: "postgresql")
        }
        return ServerAccount(
            userIdentifier: entry.pointee.pw_uid, groupIdentifier: entry.pointee.pw_gid, name: "postgres")
    }

    /// The command line that runs this one as the account, from `/`, since it may not be allowed where we are. Each
    /// program replaces the one before, so the child's process number is the server's own.
    func wrap(_ executable: String, _ arguments: [String]) -> (executable: String, arguments: [String]) {
        guard name != nil else { return (executable, arguments) }
        let identity = ["--reuid=\(userIdentifier)", "--regid=\(groupIdentifier)", "--clear-groups"]
        return ("env", ["-C", "/", "setpriv"] + identity + ["--", executable] + arguments)
    }

    /// Makes sure the account can reach the folder: every folder above must let it pass.
    func checkAccess(to directory: String) async throws(LocalServerError) {
        guard let name else { return }
        let (executable, arguments) = wrap("test", ["-w", directory])
        let (status, _) = try await Command(executable: executable, arguments: arguments).run()
        guard let status, status.isSuccess else {
            throw .folderUnusable(
                path: directory,
                reason: """
                    Postgres does not run as root, so it runs as user '\(name)', who cannot get there. Choose a \
                    folder whose parents all let others pass (chmod o+x), or do not run as root.
                    """)
        }
    }
}
