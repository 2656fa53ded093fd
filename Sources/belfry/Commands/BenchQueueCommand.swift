import ArgumentParser
import Bench
import Foundation
import Notifications

struct BenchQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue", abstract: "The queue alone: Redis, its scripts, and workers with nothing to do.",
        discussion: """
            Starts a Redis of its own (without persistence) and worker processes whose jobs are no-ops; Postgres takes no
            part. Everything shares this machine. Figures of one machine and hour are not those of another: compare what
            was measured together.
            """)

    @Option(help: "Runs, whose medians are printed; 5 with --full.")
    var runs: Int?

    @Option(
        help: "Only these parts, separated by commas: \(QueuePart.allCases.map(\.rawValue).joined(separator: ", ")).")
    var only: String?

    @Flag(
        help: """
            Also batch sizes, loads, a burst that falls due, a rebuild, the append-only file and 1 ms to Redis and back. \
            Takes long.
            """)
    var full = false

    @Flag(help: "One tiny run, to see that it works; its figures say little.")
    var quick = false

    @Option(help: "Jobs that one worker process may have under way.")
    var concurrency = 256

    @Option(help: "A Redis to use instead of a private one. What is put there is removed at the end.")
    var redisURL: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if let runs, !(1...99).contains(runs) { throw ValidationError("--runs must be 1…99") }
        if !(1...4096).contains(concurrency) { throw ValidationError("--concurrency must be 1…4096") }
        _ = try parts
    }

    private var parts: [QueuePart] {
        get throws {
            guard let only else { return QueuePart.allCases }
            return try only.split(separator: ",").map { name in
                guard let part = QueuePart(rawValue: String(name)) else {
                    throw ValidationError("--only knows no part \(name)")
                }
                return part
            }
        }
    }

    func run() async throws {
        var configuration = QueueBenchmark.Configuration()
        configuration.parts = try parts
        configuration.runs = quick ? 1 : runs ?? (full ? 5 : 3)
        configuration.concurrency = concurrency
        configuration.redisURL = redisURL
        configuration.isFull = full
        if quick {
            configuration.jobs = 10_000
            configuration.backlog = 100_000
            configuration.duration = .milliseconds(300)
            configuration.idleDuration = .seconds(1)
            configuration.rateWorkers = 3
        }
        try await BenchCommand.show(QueueBenchmark(configuration, on: BenchCommand.workbench).run(), json: json)
    }
}

/// A worker of `bench queue`.
struct NoOpWorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "no-op-worker", shouldDisplay: false)

    @Option var redisURL: String
    @Option var namespace: String
    @Option var routes: String
    @Option var concurrency: Int
    @Option var batch: Int
    @Option var journal: String?
    @Option var rate: Double?

    func run() async throws {
        try await NoOpWorker(
            NoOpWorker.Configuration(
                redisURL: redisURL, namespace: namespace,
                routes: routes.split(separator: ",").compactMap { Route(rawValue: String($0)) },
                concurrency: concurrency, batch: batch, journal: journal,
                limits: ProviderLimits(ratePerSecond: rate))
        ).run()
    }
}
