import Foundation
import LocalServers
import Logging
import Notifications
import Postgres
import Redis
import Synchronization
import TestSupport
import Testing

/// A whole Belfry of a test's own: private servers, and the real binary as child processes.
final class Installation: Sendable {
    static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "belfry")
        .path
    /// Leases of seconds, so that recovery is seen within a test. A simulator that is told to fail is not left alone for it,
    /// but in tests of just that.
    static let quick = [
        "BELFRY_CALL_DEADLINE": "1500ms", "BELFRY_PERMIT": "2s", "BELFRY_LEASE": "3s", "BELFRY_PERMIT_GRACE": "1s",
        "BELFRY_RETRY_BASE": "100ms", "BELFRY_RETRY_CAP": "1s", "BELFRY_OUTBOUND_ALLOW": "127.0.0.1",
        "BELFRY_WEBHOOK_SECRETS": Installation.webhookSecret, "BELFRY_LOG_LEVEL": "info", "BELFRY_PORT": "0",
        "BELFRY_CIRCUIT_VOLUME": "10000",
    ]
    static let webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjU"

    let folder: String
    let postgres: LocalPostgres
    let redis: LocalRedis
    let pool: PostgresPool
    private let environment: [String: String]
    private let children = Mutex<[ChildProcess]>([])

    /// - Parameter simulator: how the simulated provider behaves; it serves every route but `inApp` and `webhook`.
    static func start(simulator: String = "latency=5ms..50ms", settings: [String: String] = [:]) async throws
        -> Installation
    {
        let folder = "/tmp/belfry-e2e-\(getpid())-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        let postgres = try await LocalPostgres.start(directory: folder + "/postgres", durable: false)
        let redis = try await LocalRedis.start(directory: folder + "/redis", durable: false)
        let own = [
            "BELFRY_DATABASE_URL": postgres.url, "BELFRY_REDIS_URL": redis.url,
            "BELFRY_SIMULATOR": "\(simulator),journal=\(folder)/journal",
            "BELFRY_PROVIDERS":
                "push=simulator email=simulator sms=simulator chat=simulator webhook=webhook inApp=inApp",
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
        ]
        let environment = quick.merging(own) { $1 }.merging(settings) { $1 }
        let pool = PostgresPool(try PostgresConfiguration(url: postgres.url), logger: Logger(label: "test"))
        let installation = Installation(folder, postgres, redis, pool, environment)
        let migrated = try await installation.run("migrate")
        #expect(migrated.status == .exited(0), "\(migrated.output)")
        return installation
    }

    private init(
        _ folder: String, _ postgres: LocalPostgres, _ redis: LocalRedis, _ pool: PostgresPool,
        _ environment: [String: String]
    ) {
        self.folder = folder
        self.postgres = postgres
        self.redis = redis
        self.pool = pool
        self.environment = environment
    }

    /// Runs a command to its end.
    func run(_ arguments: String...) async throws -> (status: LocalServers.ExitStatus, output: [String]) {
        try await run(arguments, [:])
    }

    /// Runs a command to its end, with more in its environment.
    func run(
        _ arguments: [String], _ more: [String: String]
    ) async throws -> (status: LocalServers.ExitStatus, output: [String]) {
        let output = Lines()
        let child = try ChildProcess(
            executable: Self.binary, arguments: arguments, environment: environment.merging(more) { $1 },
            output: .lines { output.add($0) })
        return (await child.waitForExit(), output.all)
    }

    /// A new key with all scopes.
    func makeKey(tenant: String = "default", scopes: String = "send,read,admin,stream,operator") async throws -> String
    {
        let made = try await run("keys", "create", "--tenant", tenant, "--name", "test", "--scopes", scopes)
        return try #require(made.output.first { $0.hasPrefix("bf_live_") }, "\(made.output)")
    }

    /// Starts `belfry api` and returns where it listens.
    func startAPI() async throws -> (child: ChildProcess, url: String) {
        let output = Lines()
        let child = try start("api", output)
        // Settings that it logs before may name URLs too.
        let line = try await output.first { $0.contains("the API listens") }
        let start = try #require(line.range(of: "http://127.0.0.1:"))
        return (child, String(line[start.lowerBound...].prefix { !" \"]".contains($0) }))
    }

    /// Starts `belfry worker` and returns once it works.
    /// - Parameter settings: other values for this worker.
    func startWorker(settings: [String: String] = [:]) async throws -> ChildProcess {
        let output = Lines()
        let child = try start("worker", output, settings: settings)
        _ = try await output.first { $0.contains("worker started") }
        return child
    }

    /// Starts `belfry scheduler`.
    func startScheduler() async throws -> ChildProcess { try start("scheduler", Lines()) }

    private func start(_ role: String, _ output: Lines, settings: [String: String] = [:]) throws -> ChildProcess {
        let child = try ChildProcess(
            executable: Self.binary, arguments: [role], environment: environment.merging(settings) { $1 },
            output: .lines { [folder] line in
                output.add(line)
                Lines.log(line, to: "\(folder)/\(role).log")
            })
        children.withLock { $0.append(child) }
        return child
    }

    func stop() async {
        for child in children.withLock({ $0 }) { await child.stop(grace: .seconds(1)) }
        await pool.close()
        await redis.stop()
        await postgres.stop(.immediate)
        if ProcessInfo.processInfo.environment["BELFRY_TEST_KEEP"] == nil {
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// What the simulated providers accepted, in order, whether or not anybody learnt of it.
    func accepts() throws -> [Accept] { Installation.accepts(in: folder + "/journal") }

    static func accepts(in journal: String) -> [Accept] {
        let text = (try? String(contentsOfFile: journal, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { Accept(line: $0) }
    }
}

/// One line of the simulator's journal:
/// `<unix µs> <route> <notification> <target> <attempt> <word> <idempotency key> <fence>`.
struct Accept: Hashable {
    /// Unix seconds.
    var at: Double
    var route: String
    var notificationId: String
    var target: String
    var attempt: Int

    init?(line: Substring) {
        let words = line.split(separator: " ").map { String($0) }
        guard words.count == 8, let at = Double(words[0]), let attempt = Int(words[4]) else { return nil }
        self.at = at / 1_000_000
        route = words[1]
        notificationId = words[2]
        target = words[3]
        self.attempt = attempt
    }
}

/// The output of a child, line by line.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func add(_ line: String) { lines.withLock { $0.append(line) } }

    /// The first line that fits, once it comes.
    func first(where fits: (String) -> Bool) async throws -> String {
        try await eventually(within: .seconds(30), "a line of output; there was: \(all.suffix(5))") {
            all.contains(where: fits)
        }
        let line = all.first(where: fits)
        return try #require(line)
    }

    static func log(_ line: String, to path: String) {
        guard let file = fopen(path, "a") else { return }
        fputs(line + "\n", file)
        fclose(file)
    }
}

extension Installation {
    func redisClient() throws -> RedisClient {
        RedisClient(configuration: try RedisConfiguration(url: redis.url), logger: Logger(label: "test"))
    }
}
