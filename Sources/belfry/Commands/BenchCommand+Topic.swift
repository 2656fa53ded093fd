import ArgumentParser
import Bench
import Foundation
import Notifications

extension BenchCommand {
    struct Topic: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One request to a topic of very many.",
            discussion: """
                Starts a Postgres and a Redis of its own (durable, as in production), an API and a worker, makes a topic \
                of users with one push device each, and sends 1 KiB to it: to the end, and once more to be cancelled when \
                half of it is made. The provider is the simulator without latency. All of it shares this machine. Ends \
                with 1 when what was sent, cancelled and skipped is not together what was read.
                """)

        @Option(help: "Subscribers of the topic.")
        var subscribers = 100_000

        @Option(help: "Deliveries the worker may have under way.")
        var concurrency = 256

        @Flag(help: "A few subscribers, to see that it works; its figures say little.")
        var quick = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if !(1000...10_000_000).contains(subscribers) {
                throw ValidationError("--subscribers must be 1000…10000000")
            }
            if !(1...4096).contains(concurrency) { throw ValidationError("--concurrency must be 1…4096") }
        }

        func run() async throws {
            var configuration = TopicBenchmark.Configuration()
            configuration.subscribers = quick ? 3000 : subscribers
            configuration.concurrency = concurrency
            try await BenchCommand.show(TopicBenchmark(configuration, on: BenchCommand.workbench).run(), json: json)
        }
    }
}
