import ArgumentParser
import Bench
import Foundation
import Notifications

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure Belfry on this machine.",
        subcommands: [
            EndToEnd.self, Push.self, Topic.self, Lists.self, Overload.self,
            BenchQueueCommand.self, NoOpWorkerCommand.self,
        ])

    struct EndToEnd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "e2e", abstract: "From the POST to the provider's call.",
            discussion: """
                Starts a Postgres and a Redis of its own (durable, as in production), an API and a worker, and posts \
                notifications of 1 KiB to users with one push device over 64 connections, one at a time and 50 at a \
                time. The provider is the simulator without latency. All of it shares this machine.
                """)

        @Option(help: "Runs, whose medians are printed.")
        var runs = 3

        @Option(help: "Seconds at full speed, in each mode of each run.")
        var seconds = 10

        @Flag(help: "One short run, to see that it works; its figures say little.")
        var quick = false

        @Option(help: "Deliveries the worker may have under way.")
        var concurrency = 64

        @Flag(inversion: .prefixedNo, help: "Whether the API keeps what it looked up of a user.")
        var userCache = true

        @Option(help: "A Postgres to use instead of a private one. It is filled with what is sent: use an empty one.")
        var databaseURL: String?

        @Option(help: "A Redis to use instead of a private one. Likewise.")
        var redisURL: String?

        @Flag(help: "Print one JSON object with an object for each mode.")
        var json = false

        func validate() throws {
            if !(1...99).contains(runs) { throw ValidationError("--runs must be 1…99") }
            if !(1...600).contains(seconds) { throw ValidationError("--seconds must be 1…600") }
            if !(1...4096).contains(concurrency) { throw ValidationError("--concurrency must be 1…4096") }
        }

        func run() async throws {
            var configuration = EndToEndBenchmark.Configuration()
            configuration.runs = quick ? 1 : runs
            configuration.duration = .seconds(quick ? 1 : seconds)
            if quick {
                configuration.pacedDuration = .seconds(1)
                configuration.idleDuration = .seconds(2)
            }
            configuration.concurrency = concurrency
            configuration.keepsUsers = userCache
            configuration.databaseURL = databaseURL
            configuration.redisURL = redisURL
            try await BenchCommand.show(EndToEndBenchmark(configuration, on: BenchCommand.workbench).run(), json: json)
        }
    }

    /// The program that is running, whatever name it was called by, run in its roles.
    static let workbench = Workbench(
        binary: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    ) { step in FileHandle.standardError.write(Data("bench: \(step)\n".utf8)) }

    /// Prints what a benchmark came to, and ends with 1 where it was not right.
    /// - Parameter mayFail: whether it was too short to tell.
    static func show(_ report: some BenchmarkReport, json: Bool, mayFail: Bool = false) throws {
        print(json ? report.json.text : report.table)
        if !report.isClean, !mayFail { throw ExitCode.failure }
    }
}
