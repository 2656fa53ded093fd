import ArgumentParser
import Bench
import Foundation
import Logging
import Notifications

extension BenchCommand {
    struct Overload: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What becomes of each priority when too much is asked for.",
            discussion: """
                Starts a Postgres and a Redis of its own, an API and a worker, finds what 256 callers get who wait for
                their answers, and then lets several times as many ask, each again as soon as it is answered: 10 %
                critical, 20 % high, 40 % medium, 30 % low. All of it shares this machine, the load too. Ends with 1 when
                less than 99.9 % of critical was accepted, or anything failed.
                """)

        @Option(help: "Seconds of overload.")
        var seconds = 60

        @Option(help: "Callers in the overload, as a multiple of those who make the peak.")
        var factor = 3.0

        @Flag(help: "Ask at a steady pace of that multiple of the peak instead, answered or not.")
        var open = false

        @Flag(help: "A short run, to see that it works; its figures say little.")
        var quick = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if !(1...3600).contains(seconds) { throw ValidationError("--seconds must be 1…3600") }
            if !(0.1...20).contains(factor) { throw ValidationError("--factor must be 0.1…20") }
        }

        func run() async throws {
            var configuration = OverloadBenchmark.Configuration()
            configuration.duration = .seconds(quick ? 2 : seconds)
            configuration.factor = factor
            configuration.isOpen = open
            if quick {
                configuration.peakDuration = .seconds(1)
                configuration.calmDuration = .seconds(1)
                configuration.recoveryDuration = .seconds(2)
            }
            _ = OpenFiles.raised(logger: Logger(label: "belfry-bench") { _ in SwiftLogNoOpLogHandler() })
            try await BenchCommand.show(
                OverloadBenchmark(configuration, on: BenchCommand.workbench).run(), json: json, mayFail: quick)
        }
    }
}
