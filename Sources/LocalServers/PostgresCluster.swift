import Foundation

/// A Postgres data folder: how it is made, served and given its database.
struct PostgresCluster: Sendable {
    /// **Source:** PostgreSQL's `unix_socket_directories`: `.s.PGSQL.` and the port number.
    static let socketName = ".s.PGSQL.5432"
    static let database = "belfry"
    static let superuser = "postgres"

    let directory: String
    let programs: PostgresPrograms
    let account: ServerAccount
    let durable: Bool

    /// A folder below ours, since `initdb` wants one to itself.
    static func dataDirectory(in directory: String) -> String { "\(directory)/data" }

    static func url(socketDirectory: String) -> String {
        let unreserved = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
        let host = socketDirectory.addingPercentEncoding(withAllowedCharacters: unreserved) ?? socketDirectory
        return "postgresql:///\(database)?host=\(host)&user=\(superuser)"
    }

    private var data: String { Self.dataDirectory(in: directory) }

    /// Makes the cluster beside its place and moves it there, so that a half-made one is never served.
    func initializeIfEmpty() async throws(LocalServerError) {
        guard !FileManager.default.fileExists(atPath: data) else { return }
        let unfinished = "\(data).new"
        try? FileManager.default.removeItem(atPath: unfinished)
        let (executable, arguments) = account.wrap(
            programs.initdb,
            [
                "-D", unfinished, "--username=\(Self.superuser)", "--auth=trust", "--encoding=UTF8", "--locale=C",
            ] + (durable ? [] : ["--no-sync"]))
        let command = Command(executable: executable, arguments: arguments, bound: .seconds(120))
        _ = try await command.runOrThrow()
        guard rename(unfinished, data) == 0 else {
            throw .folderUnusable(path: data, reason: String(cString: strerror(errno)))
        }
    }

    func launch(socketDirectory: String, settings: [String: String]) -> ServerLaunch {
        var all = [
            "listen_addresses": "", "unix_socket_directories": Self.quoted(socketDirectory),
            "unix_socket_permissions": "0700", "max_connections": String(LocalPostgres.maximumConnections),
        ]
        if !durable { all.merge(["fsync": "off", "full_page_writes": "off"]) { $1 } }
        all.merge(settings) { $1 }
        let options = all.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
        let (executable, arguments) = account.wrap(programs.server, ["-D", data] + options)
        return ServerLaunch(
            name: "Postgres", executable: executable, arguments: arguments, logFile: "\(directory)/postgres.log",
            socketPath: "\(socketDirectory)/\(Self.socketName)",
            probe: Command(executable: programs.isReady, arguments: ["-h", socketDirectory, "-p", "5432"]),
            answer: "accepting connections")
    }

    /// Postgres has no `CREATE DATABASE IF NOT EXISTS`.
    func createDatabaseIfMissing(socketDirectory: String) async throws(LocalServerError) {
        let target = ["-X", "-q", "-A", "-t", "-h", socketDirectory, "-p", "5432", "-U", Self.superuser]
        func psql(_ statement: String) -> Command {
            Command(
                executable: programs.psql, arguments: target + ["-d", "postgres", "-c", statement],
                bound: .seconds(60))
        }
        let query = psql("SELECT datname FROM pg_database WHERE datname = '\(Self.database)'")
        guard try await query.runOrThrow() != Self.database else { return }
        _ = try await psql("CREATE DATABASE \(Self.database)").runOrThrow()
    }

    /// The setting is a list of folders; quotes keep a comma or a space in one name together.
    private static func quoted(_ folder: String) -> String {
        "\"" + folder.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
