import Documents
import Foundation
import LocalServers
import Logging
import Postgres

/// `belfry bench lists`: how long callers wait for lists where there are millions of notifications.
///
/// The database is filled by plain SQL, so that this takes minutes and not hours; it is read by the very code that
/// answers requests, one read after the other.
public struct ListsBenchmark: Sendable {
    public struct Configuration: Sendable {
        public var rows = 5_000_000
        /// Times that each list is read.
        public var reads = 200
        /// Whether to show what Postgres did for each.
        public var explains = false
        /// How long to measure the plainest writes, and whether they stay heap-only.
        public var writing: Duration = .seconds(5)

        public init() {}
    }

    /// Fast to fill: what is lost in a crash is only a benchmark.
    private static let tuning = [
        "shared_buffers": "1GB", "max_wal_size": "16GB", "wal_level": "minimal", "max_wal_senders": "0",
        "checkpoint_timeout": "30min", "maintenance_work_mem": "512MB", "autovacuum": "off",
        "shared_preload_libraries": "auto_explain", "auto_explain.log_analyze": "on", "auto_explain.log_timing": "off",
    ]

    private let configuration: Configuration
    private let workbench: Workbench

    public init(_ configuration: Configuration, on workbench: Workbench) {
        self.configuration = configuration
        self.workbench = workbench
    }

    public func run() async throws -> ListsReport {
        let folder = "/tmp/belfry-bench-lists-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try await LocalPostgres.start(
            directory: "\(folder)/postgres", durable: false, settings: ListsBenchmark.tuning)
        let result: Result<ListsReport, any Error>
        do { result = .success(try await measure(server)) } catch { result = .failure(error) }
        await server.stop(.immediate)
        return try result.get()
    }

    private func measure(_ server: LocalPostgres) async throws -> ListsReport {
        var settings = try PostgresConfiguration(url: server.url)
        settings.plansByKey = true
        _ = try await Migrator(Schema.migrations).migrate(settings)
        let world = ListsWorld(rows: configuration.rows)
        var report = ListsReport(rows: configuration.rows, reads: configuration.reads)
        let writer = try Self.writer(settings)
        try await Partitions(pool: writer, retention: .seconds(90 * 86400)).makeAhead()
        workbench.tell("writing \(configuration.rows) notifications")
        report.filling = try await ListsFilling(world: world, pool: writer).run(workbench.tell)
        let reader = PostgresPool(settings, logger: Logger(label: "belfry-bench"))
        workbench.tell("indexing what they say")
        report.indexingMicros = try await ListsIndexing(world: world, pool: reader).run()
        for list in ListRead.all(of: world, pool: reader) {
            workbench.tell("reading \(list.name)")
            report.figures.append(try await list.measure(configuration.reads))
        }
        workbench.tell("writing as plainly as can be")
        report.floorPerSecond = try await SQLFloor(pool: reader).run(for: configuration.writing)
        await reader.close()
        report.hotShare = try await Self.hotShare(writer)
        if configuration.explains { report.plans = try await plans(of: world, settings, server) }
        await writer.close()
        return report
    }

    /// Plans by what there is, and takes its time.
    private static func writer(_ settings: PostgresConfiguration) throws -> PostgresPool {
        var settings = settings
        settings.plansByKey = false
        settings.statementTimeout = .zero
        settings.poolSize = ListsFilling.lanes
        return PostgresPool(settings, logger: Logger(label: "belfry-bench"))
    }

    /// What writes of statuses came to. Postgres learns of it when the connections end that made them.
    private static func hotShare(_ pool: PostgresPool) async throws -> Double? {
        for _ in 0..<50 {
            let row = try await pool.query(
                """
                SELECT sum(n_tup_hot_upd)::float8 / nullif(sum(n_tup_upd), 0)::float8 FROM pg_stat_user_tables
                WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'notifications'::regclass)
                """)[0]
            if let share = try row.get(0, as: Double?.self) { return share }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    /// What Postgres says of its plans while each list is read once more, by statements that are prepared as always.
    private func plans(
        of world: ListsWorld, _ settings: PostgresConfiguration, _ server: LocalPostgres
    ) async throws -> String {
        var settings = settings
        settings.poolSize = 1
        let pool = PostgresPool(settings, logger: Logger(label: "belfry-bench"))
        try await pool.query("SET auto_explain.log_min_duration = 0")
        let log = "\(server.directory)/postgres.log"
        let before = try Data(contentsOf: URL(filePath: log)).count
        for list in ListRead.all(of: world, pool: pool) { _ = try await list.measure(1) }
        await pool.close()
        return String(decoding: try Data(contentsOf: URL(filePath: log)).dropFirst(before), as: UTF8.self)
    }
}
