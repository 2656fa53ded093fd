import ArgumentParser
import Bench
import Foundation
import Notifications

extension BenchCommand {
    struct Push: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How fast one worker pushes to APNs.",
            discussion: """
                Starts a Postgres and a Redis of its own, an API, a worker, and a stand-in for APNs that speaks HTTP/2 over \
                TLS and answers after a set time. Posts pushes of 1 KiB whose devices stand in the request: at 200 a \
                second, to see how long one takes, and then all at once. All of it shares this machine. Needs `openssl`. \
                Ends with 1 when a device was not sent its push exactly once, or a document does not say so.
                """)

        @Option(help: "Runs, whose medians are printed.")
        var runs = 3

        @Option(help: "Pushes of a run.")
        var pushes = 10_000

        @Option(help: "Devices of each push.")
        var devices = 3

        @Option(help: "Milliseconds that the stand-in takes for an answer.")
        var latency = 20

        @Option(help: "Deliveries the worker may have under way.")
        var concurrency = 64

        @Flag(help: "One short run, to see that it works; its figures say little.")
        var quick = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if !(1...99).contains(runs) { throw ValidationError("--runs must be 1…99") }
            if !(1...100_000).contains(pushes) { throw ValidationError("--pushes must be 1…100000") }
            if !(1...50).contains(devices) { throw ValidationError("--devices must be 1…50") }
            if !(0...10_000).contains(latency) { throw ValidationError("--latency must be 0…10000") }
            if !(1...4096).contains(concurrency) { throw ValidationError("--concurrency must be 1…4096") }
        }

        func run() async throws {
            var configuration = PushBenchmark.Configuration()
            configuration.runs = quick ? 1 : runs
            configuration.pushes = quick ? min(pushes, 300) : pushes
            configuration.devices = devices
            configuration.latency = .milliseconds(latency)
            configuration.concurrency = concurrency
            if quick { configuration.pacedDuration = .milliseconds(500) }
            try await BenchCommand.show(PushBenchmark(configuration, on: BenchCommand.workbench).run(), json: json)
        }
    }
}
