import Foundation
import LocalServers
import Logging
import Postgres
import Synchronization

/// A whole Belfry under attack: servers of its own behind fault proxies, and the real binary as child processes.
///
/// Every way between processes goes over a proxy: to Postgres, to Redis, and from callers and subscribers to the API.
actor Fleet {
    /// What a run needs of it.
    struct Plan: Sendable {
        var workers = 2
        /// A throttle stops a whole route for a second: seldom enough that a run judges recovery, not a queue for calls.
        var simulator = "latency=50ms..150ms,retry=0.03,throttle=0.0002,retryAfter=100ms"
        var settings: [String: String] = [:]
        /// Of e-mails under way at once; nil for any number.
        var cap: Int?
    }

    private static let patience: Duration = .seconds(60)

    let folder: String
    let plan: Plan
    let postgres: LocalPostgres
    nonisolated let postgresLink: FaultProxy
    nonisolated let redisLink: FaultProxy
    /// Where callers find the API that serves at the moment.
    nonisolated let door: FaultProxy
    /// The subscribers' own way to it.
    nonisolated let subscriberDoor: FaultProxy
    nonisolated let workerIds = Mutex<[Int32]>([])
    private(set) var redis: LocalRedis
    private(set) var api: ChildProcess?
    private(set) var workers: [ChildProcess] = []
    private let binary: String
    private var replicas = 0
    private var started = 0

    init(
        folder: String, plan: Plan, binary: String, postgres: LocalPostgres, redis: LocalRedis
    ) async throws {
        self.folder = folder
        self.plan = plan
        self.binary = binary
        self.postgres = postgres
        self.redis = redis
        postgresLink = try await .start(to: .unix("\(postgres.socketDirectory)/.s.PGSQL.5432"))
        redisLink = try await .start(to: .unix(redis.socketPath))
        door = try await .start(to: .tcp(port: 9))
        subscriberDoor = try await .start(to: .tcp(port: 9))
    }

    /// Starts servers in the folder, migrates, and starts an API and the workers.
    static func start(folder: String, plan: Plan, binary: String) async throws -> Fleet {
        let servers = "\(folder)/servers"
        try FileManager.default.createDirectory(
            atPath: servers, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        let postgres = try await LocalPostgres.start(directory: "\(servers)/postgres", durable: false)
        let redis: LocalRedis
        do { redis = try await LocalRedis.start(directory: "\(servers)/redis") } catch {
            await postgres.stop(.immediate)
            throw error
        }
        let fleet = try await Fleet(folder: folder, plan: plan, binary: binary, postgres: postgres, redis: redis)
        do {
            _ = try await fleet.command("migrate")
            if let cap = plan.cap { try await fleet.limitEmails(to: cap) }
            try await fleet.replaceAPI()
            for _ in 0..<plan.workers { try await fleet.startWorker() }
        } catch {
            await fleet.stop()
            throw error
        }
        return fleet
    }

    /// Leases of seconds, so that coming back is seen within a run, and attempts enough for every fault.
    private static let quick = [
        "BELFRY_CALL_DEADLINE": "1500ms", "BELFRY_PERMIT": "2s", "BELFRY_LEASE": "3s", "BELFRY_PERMIT_GRACE": "1s",
        "BELFRY_RETRY_BASE": "100ms", "BELFRY_RETRY_CAP": "1s", "BELFRY_MAX_ATTEMPTS": "50",
        "BELFRY_OUTBOUND_ALLOW": "127.0.0.1", "BELFRY_PORT": "0", "BELFRY_LOG_FORMAT": "json",
        "BELFRY_WEBHOOK_SECRETS": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqrTwjU",
        "BELFRY_PROVIDERS": "email=simulator sms=simulator webhook=webhook inApp=inApp",
    ]

    private var environment: [String: String] {
        let own = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "",
            "BELFRY_DATABASE_URL":
                "postgresql://postgres@127.0.0.1:\(postgresLink.port)/belfry?sslmode=disable&gssencmode=disable",
            "BELFRY_REDIS_URL": "redis://127.0.0.1:\(redisLink.port)",
            "BELFRY_SIMULATOR": "\(plan.simulator),journal=\(folder)/\(HistoryFile.journal)",
        ]
        return Fleet.quick.merging(own) { $1 }.merging(plan.settings) { $1 }
    }

    /// Runs a command to its end and returns its lines.
    func command(_ arguments: String...) async throws -> [String] {
        let lines = LineCollector()
        let child = try ChildProcess(
            executable: binary, arguments: arguments, environment: environment, output: .lines { lines.add($0) })
        guard await child.waitForExit() == .exited(0) else {
            throw ChaosError.commandFailed(arguments[0], lines.all.suffix(5))
        }
        return lines.all
    }

    /// A new key with all scopes.
    func makeKey() async throws -> String {
        let lines = try await command(
            "keys", "create", "--tenant", "default", "--name", "chaos", "--scopes", "send,read,admin,stream,operator")
        guard let key = lines.first(where: { $0.hasPrefix("bf_live_") }) else {
            throw ChaosError.commandFailed("keys", lines)
        }
        return key
    }

    private func start(
        _ role: String, until sign: String, launched: (ChildProcess) -> Void = { _ in }
    ) async throws -> (child: ChildProcess, line: String) {
        started += 1
        let log = "\(folder)/\(role)-\(started).log"
        let child = try ChildProcess(
            executable: binary, arguments: [role], environment: environment, output: .file(log))
        launched(child)
        do {
            let line = try await Waiting.value("\(role) to start", within: Fleet.patience) {
                let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
                return text.split(separator: "\n").first { $0.contains(sign) }.map(String.init)
            }
            return (child, line)
        } catch {
            await child.stop(grace: .seconds(1))
            throw error
        }
    }

    /// Whether the message of this title was given up.
    func gaveUp(_ title: String) async throws -> Bool {
        try await withDatabase { pool in
            try await pool.query(
                """
                SELECT FROM dead_letters l JOIN notifications n ON n.id = l.notification_id
                WHERE n.content ->> 'title' = \(title)
                """
            ).count > 0
        }
    }

    /// Has every connection wait that wants to read or write deliveries, until none of a pool is free.
    func lockDeliveries(for duration: Duration) async throws {
        try await withDatabase { pool in
            try await pool.transaction { connection in
                try await connection.query("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
                try await Task.sleep(for: duration)
            }
        }
    }

    /// Before there are workers, who would learn of it some seconds later.
    private func limitEmails(to cap: Int) async throws {
        _ = try await withDatabase { pool in
            try await pool.query(
                """
                INSERT INTO provider_limits (route, provider, max_concurrent)
                VALUES ('email', 'simulator', \(Int32(cap)))
                """)
        }
    }

    /// Past the proxy.
    private func withDatabase<Value: Sendable>(_ body: (PostgresPool) async throws -> Value) async throws -> Value {
        let pool = PostgresPool(try PostgresConfiguration(url: postgres.url), logger: .silent)
        do {
            let value = try await body(pool)
            await pool.close()
            return value
        } catch {
            await pool.close()
            throw error
        }
    }

    // MARK: Roles

    /// Starts an API and leads callers to it; the one before goes on until it is stopped.
    /// - Returns: the one before.
    @discardableResult
    func replaceAPI() async throws -> ChildProcess? {
        let (child, line) = try await start("api", until: "http://127.0.0.1:")
        guard let match = line.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/), let port = Int(match.output.1) else {
            throw ChaosError.malformed("the API's log")
        }
        door.lead(to: .tcp(port: port))
        subscriberDoor.lead(to: .tcp(port: port))
        defer { api = child }
        return api
    }

    func startWorker() async throws {
        // It may call the receiver before its log says so.
        let (child, _) = try await start("worker", until: "worker started") { child in
            workerIds.withLock { $0.append(child.processIdentifier) }
        }
        workers.append(child)
    }

    /// Takes a worker off the list, for it to be ended.
    func retireWorker(at place: Int) -> ChildProcess {
        let worker = workers.remove(at: place)
        workerIds.withLock { $0.removeAll { $0 == worker.processIdentifier } }
        return worker
    }

    /// Starts a worker for each that has ended, as whatever supervises them would.
    /// - Returns: how many had ended.
    func replaceEndedWorkers() async throws -> Int {
        let ended = workers.indices.reversed().filter { !workers[$0].isRunning }
        for place in ended { _ = retireWorker(at: place) }
        for _ in ended { try await startWorker() }
        return ended.count
    }

    // MARK: Redis

    /// Another Redis, with a proxy over which it can follow the one that serves.
    func startReplica() async throws -> (replica: LocalRedis, link: FaultProxy) {
        replicas += 1
        let link = try await FaultProxy.start(to: .unix(redis.socketPath))
        return (try await LocalRedis.start(directory: "\(folder)/servers/replica-\(replicas)"), link)
    }

    /// From now on this one serves.
    func serve(from promoted: LocalRedis) {
        redis = promoted
        redisLink.lead(to: .unix(promoted.socketPath))
        redisLink.reset()
    }

    // MARK: End

    func stop() async {
        for worker in workers { worker.send(SIGCONT) }
        for child in workers + [api].compactMap({ $0 }) { await child.stop(grace: .seconds(10)) }
        for proxy in [postgresLink, redisLink, door, subscriberDoor] { await proxy.stop() }
        await redis.stop()
        await postgres.stop(.immediate)
    }
}
