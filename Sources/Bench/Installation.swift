import Foundation
import LocalServers
import Logging
import Postgres
import Redis

/// A whole Belfry to be measured: servers of its own unless URLs were given, one API and one worker process of this very
/// binary, and a key.
final class Installation {
    /// Where things are.
    struct Servers: Sendable {
        var databaseURL: String?
        var redisURL: String?
    }

    let folder: String
    let port: Int
    let api: ChildProcess
    let worker: ChildProcess
    let key: String
    let journalPath: String
    let pool: PostgresPool
    let redis: RedisConfiguration
    /// Nil where the server is not ours.
    let postgresProcess: Int32?
    let redisProcess: Int32?
    private let postgres: LocalPostgres?
    private let localRedis: LocalRedis?

    /// As a server is set up that has work to do, and with its statements counted.
    private static let tuning = [
        "shared_preload_libraries": "pg_stat_statements", "shared_buffers": "1GB", "max_wal_size": "4GB",
        "min_wal_size": "1GB", "wal_buffers": "16MB", "autovacuum_naptime": "10s",
    ]

    /// Runs the body with an installation and a client of its Redis, and stops all of it.
    static func with<Value>(
        _ servers: Servers, binary: String, concurrency: Int, settings: [String: String] = [:],
        _ body: (Installation, RedisClient) async throws -> Value
    ) async throws -> Value {
        let installation = try await start(servers, binary: binary, concurrency: concurrency, settings: settings)
        let redis = RedisClient(configuration: installation.redis, logger: Logger(label: "belfry-bench"))
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await withThrowingTaskGroup { group in
                    group.addTask { try await redis.run() }
                    defer { group.cancelAll() }
                    return try await body(installation, redis)
                })
        } catch { result = .failure(error) }
        await installation.stop()
        return try result.get()
    }

    /// Durable servers, as in production: a commit waits for the disk.
    ///
    /// - Parameter settings: of the processes; they win over ours.
    static func start(
        _ servers: Servers, binary: String, concurrency: Int, settings: [String: String] = [:]
    ) async throws -> Installation {
        let folder = "/tmp/belfry-bench-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        var postgres: LocalPostgres?
        var redis: LocalRedis?
        do {
            if servers.databaseURL == nil {
                postgres = try await LocalPostgres.start(
                    directory: "\(folder)/postgres", settings: Installation.tuning)
            }
            if servers.redisURL == nil { redis = try await LocalRedis.start(directory: "\(folder)/redis") }
            return try await Installation(
                folder: folder, postgres, redis, databaseURL: servers.databaseURL ?? postgres?.url ?? "",
                redisURL: servers.redisURL ?? redis?.url ?? "", binary: binary, concurrency: concurrency,
                settings: settings)
        } catch {
            await redis?.stop()
            await postgres?.stop(.immediate)
            throw error
        }
    }

    private init(
        folder: String, _ postgres: LocalPostgres?, _ localRedis: LocalRedis?, databaseURL: String, redisURL: String,
        binary: String, concurrency: Int, settings: [String: String]
    ) async throws {
        self.folder = folder
        self.postgres = postgres
        self.localRedis = localRedis
        journalPath = "\(folder)/journal"
        port = try FreePort.find()
        redis = try RedisConfiguration(url: redisURL)
        pool = PostgresPool(try PostgresConfiguration(url: databaseURL), logger: Logger(label: "belfry-bench"))
        postgresProcess = await postgres?.processIdentifier
        redisProcess = await localRedis?.processIdentifier
        let roles = Roles(
            binary: binary, folder: folder,
            environment: [
                "BELFRY_DATABASE_URL": databaseURL, "BELFRY_REDIS_URL": redisURL, "BELFRY_PORT": "\(port)",
                "BELFRY_CONCURRENCY": "\(concurrency)", "BELFRY_LOG_LEVEL": "notice",
                "BELFRY_SIMULATOR": "latency=0ms,journal=\(journalPath)",
                "BELFRY_PROVIDERS":
                    "push=simulator email=simulator sms=simulator chat=simulator webhook=simulator inApp=inApp",
            ].merging(settings) { $1 })
        _ = try await roles.run("migrate")
        let made = try await roles.run("keys", "create", "--name", "bench")
        guard let key = made.first(where: { $0.hasPrefix("bf_live_") }) else {
            throw BenchError.roleFailed("keys", "no key was printed")
        }
        self.key = key
        api = try roles.start("api")
        worker = try roles.start("worker")
    }

    func waitForAPI() async throws {
        let end = ContinuousClock.now + .seconds(30)
        while (try? LoadConnection(port: port)) == nil {
            guard ContinuousClock.now < end else { throw BenchError.tookTooLong("the API") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func stop() async {
        await worker.stop(grace: .seconds(30))
        await api.stop(grace: .seconds(30))
        await pool.close()
        await localRedis?.stop()
        await postgres?.stop(.immediate)
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// Runs this binary in its roles.
private struct Roles {
    let binary: String
    let folder: String
    let environment: [String: String]

    private var inherited: [String: String] {
        ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""].merging(environment) { $1 }
    }

    /// Runs a command to its end and returns the lines it printed.
    func run(_ arguments: String...) async throws -> [String] {
        let log = "\(folder)/\(arguments[0]).log"
        let child = try ChildProcess(
            executable: binary, arguments: arguments, environment: inherited, output: .file(log))
        let status = await child.waitForExit()
        let lines = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
        guard status == .exited(0) else {
            throw BenchError.roleFailed(arguments[0], lines.suffix(5).joined(separator: "\n"))
        }
        return lines
    }

    func start(_ role: String) throws -> ChildProcess {
        try ChildProcess(
            executable: binary, arguments: [role], environment: inherited, output: .file("\(folder)/\(role).log"))
    }
}
