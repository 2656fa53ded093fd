import ArgumentParser
import BelfryClient
import Foundation
import Notifications

extension DeadLettersCommand {
    struct Redrive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send again what was given up. Needs the scope `admin`.",
            discussion: """
                Only what failed is sent again: a device that has the message does not get it twice.

                Example: belfry dead-letters redrive --route email --since 2h --dry-run
                """)

        @Option(help: "Only those of this notification.")
        var id: String?

        @OptionGroup var filter: DeadLetterOptions

        @Flag(help: "All there are; needed when nothing narrows it down.")
        var all = false

        @Flag(help: "Only say how many it would be.")
        var dryRun = false

        @Flag(help: "Print one JSON document.")
        var json = false

        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        /// What one request may send again.
        private static let batch = 1000

        func validate() throws {
            if all == (id != nil || filter.isNarrow) {
                throw ValidationError("Say which: --id, a filter such as --route or --code, or else --all.")
            }
        }

        func run() async throws {
            var query = try filter.query(at: Date())
            query.notificationId = id
            let wanted = query
            try await connection.run { client in
                var matched = 0
                var redriven = 0
                var report: RedriveReport
                repeat {
                    report = try await client.redrive(wanted, limit: Redrive.batch, dryRun: dryRun)
                    matched += report.matched
                    redriven += report.redriven
                } while report.remaining && report.redriven > 0
                try show(matched: matched, redriven: redriven, remaining: report.remaining)
            }
        }

        private func show(matched: Int, redriven: Int, remaining: Bool) throws {
            let document: JSON = [
                "matched": JSON(matched), "redriven": JSON(redriven), "dryRun": .bool(dryRun),
                "remaining": .bool(remaining),
            ]
            let atLeast = remaining ? "at least " : ""
            let words = dryRun ? "would send \(atLeast)\(matched) again" : "sent \(redriven) of \(matched) again"
            try Output.put(lines: [json ? document.text : words])
        }
    }
}
