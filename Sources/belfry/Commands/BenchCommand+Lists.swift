import ArgumentParser
import Bench
import Foundation
import Notifications

extension BenchCommand {
    struct Lists: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How long lists take where there are millions of notifications.",
            discussion: """
                Starts a Postgres of its own, fills it (5,000,000 notifications need about 10 GB under /tmp and some \
                minutes), and reads each kind of list many times, by the code that answers requests. One user has \
                100,000 of the notifications.
                """)

        @Option(help: "Notifications to fill it with.")
        var rows = 5_000_000

        @Option(help: "Times that each list is read.")
        var reads = 200

        @Flag(help: "Show what Postgres did for each.")
        var explain = false

        @Flag(help: "A short run, to see that it works; its figures say little.")
        var quick = false

        @Flag(help: "Print one JSON object.")
        var json = false

        func validate() throws {
            if !(1000...50_000_000).contains(rows) { throw ValidationError("--rows must be 1000…50000000") }
            if !(1...100_000).contains(reads) { throw ValidationError("--reads must be 1…100000") }
        }

        func run() async throws {
            var configuration = ListsBenchmark.Configuration()
            configuration.rows = quick ? min(rows, 20_000) : rows
            configuration.reads = quick ? min(reads, 5) : reads
            configuration.explains = explain
            if quick { configuration.writing = .milliseconds(300) }
            try await BenchCommand.show(ListsBenchmark(configuration, on: BenchCommand.workbench).run(), json: json)
        }
    }
}
