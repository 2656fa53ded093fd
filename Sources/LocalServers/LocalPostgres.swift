import Foundation

/// A private Postgres: a child process with its data, its log and its socket in one folder.
///
/// It listens on a Unix socket only, in a folder that only its account may enter, and trusts who gets that far. Its
/// superuser is `postgres`, its database `belfry`, both UTF-8 in the C locale. Started by root it runs as the system
/// account `postgres`, which must be able to reach the folder.
///
/// Its folder may be used by one live process at a time. A server that an earlier process left there, because it was
/// killed, is stopped first. Calls that start and stop are meant to come from one owner, one after the other.
public actor LocalPostgres {
    /// Connections the server allows, three of them kept for the superuser.
    public static let maximumConnections = 200

    /// How a server is stopped.
    public enum Shutdown: Sendable, Hashable {
        /// SIGINT: open transactions are rolled back, everything is written out.
        case fast
        /// SIGQUIT: as if the machine had crashed; the next start recovers from the log.
        case immediate

        var signal: Int32 { self == .fast ? SIGINT : SIGQUIT }
    }

    /// The folder of data, log and lock, absolute.
    public nonisolated let directory: String
    /// The data folder, or a short folder under `/tmp` if the data folder's path is too long for a socket.
    public nonisolated let socketDirectory: String
    /// `postgresql:///belfry?host=<socket folder>&user=postgres`, percent-encoded.
    public nonisolated let url: String

    private let launch: ServerLaunch
    private let socketFolder: SocketFolder
    private let account: ServerAccount
    private var child: ChildProcess
    private var lock: FolderLock?

    /// Starts a server and returns once the database `belfry` is there; makes both if the folder is empty.
    ///
    /// - Parameters:
    ///   - directory: Made if missing, with mode 0700.
    ///   - durable: False gives up safety against power cuts for speed (`fsync=off`): for tests.
    ///   - settings: More of `postgresql.conf`; they win over ours.
    /// - Throws: `LocalServerError`; the server is not left running.
    public static func start(
        directory: String, durable: Bool = true, settings: [String: String] = [:],
        executables: Executables = .installed
    ) async throws(LocalServerError) -> LocalPostgres {
        let directory = URL(fileURLWithPath: directory).standardizedFileURL.path
        let programs = try PostgresPrograms(executables)
        let account = try ServerAccount.forPostgres()
        try PrivateFolder.make(directory, for: account)
        try await account.checkAccess(to: directory)
        let lock = try FolderLock(directory)
        try await onBlockingThread { () throws(LocalServerError) in try stopServer(in: directory) }

        let cluster = PostgresCluster(directory: directory, programs: programs, account: account, durable: durable)
        try await cluster.initializeIfEmpty()
        let folder = SocketFolder(for: directory, socketName: PostgresCluster.socketName)
        try folder.prepare(for: account)
        let launch = cluster.launch(socketDirectory: folder.path, settings: settings)
        let child = try await launch.start(in: folder)
        do {
            try await cluster.createDatabaseIfMissing(socketDirectory: folder.path)
        } catch {
            await child.stop(signal: SIGINT, grace: .seconds(5))
            folder.remove()
            throw error
        }
        return LocalPostgres(
            directory: directory, launch: launch, socketFolder: folder, account: account, child: child, lock: lock)
    }

    /// Ends the server in the folder, if there is one, whoever its parent is: for exit handlers and for folders whose
    /// owner is dead. Blocks for up to 15 s.
    public static func stopServer(in directory: String, _ shutdown: Shutdown = .fast) throws(LocalServerError) {
        let data = PostgresCluster.dataDirectory(in: directory)
        try Leftover(pidFile: "\(data)/postmaster.pid", program: "postgres", argument: data)
            .stop(signal: shutdown.signal, grace: 10)
    }

    private init(
        directory: String, launch: ServerLaunch, socketFolder: SocketFolder, account: ServerAccount,
        child: ChildProcess, lock: FolderLock
    ) {
        self.directory = directory
        self.launch = launch
        self.socketFolder = socketFolder
        self.account = account
        self.child = child
        self.lock = lock
        socketDirectory = socketFolder.path
        url = PostgresCluster.url(socketDirectory: socketFolder.path)
    }

    /// Of the server now running, or of the last one.
    public var processIdentifier: Int32 { child.processIdentifier }

    public var isRunning: Bool { child.isRunning }

    /// Waits for the end of the server now running, wanted or not.
    public func waitForExit() async -> ExitStatus { await child.waitForExit() }

    /// Stops the server, by SIGKILL if that takes longer than 20 s, and gives up the folder.
    public func stop(_ shutdown: Shutdown = .fast) async {
        await child.stop(signal: shutdown.signal, grace: .seconds(20))
        socketFolder.remove()
        lock = nil
    }

    /// Starts the server again with the same data; stops it first if it runs.
    public func restart(_ shutdown: Shutdown = .fast) async throws(LocalServerError) {
        await child.stop(signal: shutdown.signal, grace: .seconds(20))
        if lock == nil { lock = try FolderLock(directory) }
        try socketFolder.prepare(for: account)
        child = try await launch.start(in: socketFolder)
    }
}
