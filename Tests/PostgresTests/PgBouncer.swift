import Foundation
import TestSupport
import Testing

@testable import LocalServers

/// A pooler in front of the server that the tests share. It lends each session a server connection of its own, and
/// refuses whoever connects with `options`.
final class PgBouncer: Sendable {
    let url: String
    private let child: ChildProcess

    /// Runs the pooler while `body` runs.
    static func with(_ body: (PgBouncer) async throws -> Void) async throws {
        let folder = "/tmp/belfry-pooler-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let pooler = try await PgBouncer(folder: folder)
        do {
            try await body(pooler)
            await pooler.child.stop(signal: SIGINT, grace: .seconds(5))
        } catch {
            await pooler.child.stop(signal: SIGINT, grace: .seconds(5))
            throw error
        }
    }

    private init(folder: String) async throws {
        let server = try await TestServers.shared.postgres()
        let account = try ServerAccount.forPostgres()
        try PrivateFolder.make(folder, for: account)
        let settings = """
            [databases]
            belfry = host=\(server.socketDirectory) dbname=belfry user=postgres
            [pgbouncer]
            pool_mode = session
            auth_type = any
            listen_addr =
            listen_port = 6432
            unix_socket_dir = \(folder)
            """
        let file = "\(folder)/pgbouncer.ini"
        try settings.write(toFile: file, atomically: false, encoding: .utf8)
        chmod(file, 0o644)
        let program = try Executables.installed.path(of: "pgbouncer", package: "pgbouncer")
        let (executable, arguments) = account.wrap(program, [file])
        child = try ChildProcess(executable: executable, arguments: arguments, output: .file("\(folder)/log"))
        url = "postgresql:///belfry?host=\(folder)&port=6432&user=postgres"
        let socket = "\(folder)/.s.PGSQL.6432"
        try await eventually("the pooler listens") { FileManager.default.fileExists(atPath: socket) }
    }
}
