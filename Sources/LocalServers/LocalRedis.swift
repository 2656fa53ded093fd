import Foundation

/// A private Redis: a child process with its data, its log and its socket in one folder.
///
/// It listens on a Unix socket that only our user may open, never evicts (`noeviction`), and takes no snapshots: what
/// it keeps, it keeps in its append-only file. Its folder may be used by one live process at a time. A server that an
/// earlier process left there, because it was killed, is stopped first.
///
/// Calls that start and stop are meant to come from one owner, one after the other.
public actor LocalRedis {
    /// The data folder, absolute.
    public nonisolated let directory: String
    /// In the data folder, or in a short folder under `/tmp` if the data folder's path is too long for a socket.
    public nonisolated let socketPath: String
    /// `redis+unix:///path/redis.sock`, percent-encoded.
    public nonisolated let url: String

    private let launch: ServerLaunch
    private let socketFolder: SocketFolder
    private var child: ChildProcess
    private var lock: FolderLock?

    /// Starts a server and returns once it answers.
    ///
    /// - Parameters:
    ///   - directory: Made if missing, with mode 0700.
    ///   - durable: Whether every write goes to an append-only file, synced each second.
    ///   - port: A TCP port on 127.0.0.1 beside the socket; it has no password.
    ///   - settings: More of `redis.conf`; they win over ours.
    /// - Throws: `LocalServerError`; the server is not left running.
    public static func start(
        directory: String, durable: Bool = true, port: Int? = nil, settings: [String: String] = [:],
        executables: Executables = .installed
    ) async throws(LocalServerError) -> LocalRedis {
        let directory = URL(fileURLWithPath: directory).standardizedFileURL.path
        let server = try executables.path(of: "redis-server", package: "redis-server")
        let client = try executables.path(of: "redis-cli", package: "redis-tools")
        try PrivateFolder.make(directory, for: .current)
        let folder = SocketFolder(for: directory, socketName: "redis.sock")
        let socket = "\(folder.path)/redis.sock"
        let launch = ServerLaunch(
            name: "Redis", executable: server,
            arguments: arguments(
                directory: directory, socket: socket, durable: durable, port: port, settings: settings),
            logFile: "\(directory)/redis.log", socketPath: socket,
            probe: Command(executable: client, arguments: ["-s", socket, "ping"]), answer: "PONG")
        let lock = try FolderLock(directory)
        try await onBlockingThread { () throws(LocalServerError) in try stopServer(in: directory) }
        try folder.prepare(for: .current)
        let child = try await launch.start(in: folder)
        return LocalRedis(directory: directory, launch: launch, socketFolder: folder, child: child, lock: lock)
    }

    /// Ends the server in the folder, if there is one, whoever its parent is: for exit handlers and for folders whose
    /// owner is dead. Blocks for up to 15 s.
    public static func stopServer(in directory: String) throws(LocalServerError) {
        try Leftover(pidFile: "\(directory)/redis.pid", program: "redis-server", argument: directory)
            .stop(signal: SIGTERM, grace: 10)
    }

    private init(
        directory: String, launch: ServerLaunch, socketFolder: SocketFolder, child: ChildProcess, lock: FolderLock
    ) {
        self.directory = directory
        self.launch = launch
        self.socketFolder = socketFolder
        self.child = child
        self.lock = lock
        socketPath = launch.socketPath
        url = "redis+unix://" + launch.socketPath.encodedForPath
    }

    /// Of the server now running, or of the last one.
    public var processIdentifier: Int32 { child.processIdentifier }

    public var isRunning: Bool { child.isRunning }

    /// Waits for the end of the server now running, wanted or not.
    public func waitForExit() async -> ExitStatus { await child.waitForExit() }

    /// Sends a signal such as SIGSTOP or SIGCONT.
    public func send(_ signal: Int32) { child.send(signal) }

    /// Stops the server in good order, by SIGKILL if that takes longer than 10 s, and gives up the folder.
    public func stop() async {
        await child.stop(grace: .seconds(10))
        socketFolder.remove()
        lock = nil
    }

    /// Ends the server at once and keeps the folder.
    public func kill() async {
        child.kill()
        _ = await child.waitForExit()
    }

    /// Starts the server again with the same data; stops it first if it runs.
    public func restart() async throws(LocalServerError) {
        await child.stop(grace: .seconds(10))
        if lock == nil { lock = try FolderLock(directory) }
        try socketFolder.prepare(for: .current)
        child = try await launch.start(in: socketFolder)
    }

    private static func arguments(
        directory: String, socket: String, durable: Bool, port: Int?, settings: [String: String]
    ) -> [String] {
        let ours = [
            ("port", String(port ?? 0)), ("bind", "127.0.0.1"), ("unixsocket", socket), ("unixsocketperm", "700"),
            ("dir", directory), ("pidfile", "\(directory)/redis.pid"), ("daemonize", "no"), ("save", ""),
            ("appendonly", durable ? "yes" : "no"), ("maxmemory-policy", "noeviction"),
            // The arguments stay readable from outside, which is how a leftover is known.
            ("set-proc-title", "no"),
        ]
        let theirs = settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return (ours + theirs).flatMap { ["--\($0.0)", $0.1] }
    }
}

extension String {
    var encodedForPath: String {
        addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? self
    }
}
