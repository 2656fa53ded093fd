import ArgumentParser
import BelfryClient
import Foundation
import Notifications

struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "Show deliveries that were given up, and send them again.",
        discussion: """
            Examples: belfry dead-letters --route email --since 24h
                      belfry dead-letters redrive --code timeout --dry-run
            """,
        subcommands: [List.self, Redrive.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List deliveries that were given up, newest first. Needs the scope `read`.")

        @OptionGroup var filter: DeadLetterOptions

        @Option(help: "How many to list, 1…100.")
        var limit = 20

        @Option(help: "Go on where an earlier list ended: the cursor it named.")
        var after: String?

        @Flag(help: "Print one JSON document.")
        var json = false

        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        func validate() throws {
            if !(1...100).contains(limit) { throw ValidationError("--limit must be 1…100.") }
        }

        func run() async throws {
            let query = try filter.query(at: Date())
            try await connection.run { client in
                var page = try await client.deadLetters(query, limit: limit, after: after)
                if json { return try Output.put(lines: [page.json.text]) }
                // A page looks at so many rows only, and may end before it found any.
                while page.items.isEmpty, let next = page.next {
                    page = try await client.deadLetters(query, limit: limit, after: next)
                }
                if page.items.isEmpty { return complain("There are no dead letters like that.") }
                try Output.put(lines: List.table(page.items).lines(on: .current))
                if let next = page.next { complain("There are more: --after \(next)") }
            }
        }

        static func table(_ letters: [DeadLetter]) -> TextTable {
            TextTable(
                columns: [
                    .text("DIED"), .text("NOTIFICATION"), .text("ROUTE"), .text("USER"), .number("ATTEMPTS"),
                    .text("PROVIDER"), .text("CODE"), .text("REASON"),
                ],
                rows: letters.map { letter in
                    let cells = [
                        letter.diedAt?.brief ?? "", letter.notificationId, letter.route, letter.userId ?? "",
                        "\(letter.attempts)", letter.provider ?? "", letter.failure?.code ?? "",
                        letter.failure?.detail ?? "",
                    ]
                    return cells.map { StyledText($0) }
                })
        }
    }
}
