import ArgumentParser
import BelfryClient
import Notifications

extension QueuesCommand {
    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Pause routes and wait until nothing of them is in flight.",
            discussion: """
                Sends nothing more and lets what is under way end: for maintenance. What waits is kept, and so is what
                comes, until `belfry queues resume`. Ends with 1 if something is still in flight after the timeout.

                Example: belfry queues drain email push --timeout 2m
                """)

        @Argument(help: "Routes such as push.fcm, or channels for all their routes.")
        var routes: [String]

        @Option(help: "How long to wait. A call of a provider ends within BELFRY_CALL_DEADLINE.")
        var timeout = "5m"

        @Flag(help: "Print one JSON document, at the end.")
        var json = false

        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        func validate() throws {
            for route in routes { try RouteArgument.check(route) }
            if Duration(shorthand: timeout) == nil {
                throw ValidationError("--timeout must be a duration such as 90s or 5m")
            }
        }

        func run() async throws {
            try await connection.run { client in
                var screen = DrainScreen(isQuiet: json)
                let limit = Duration(shorthand: timeout) ?? .zero
                let reports = try await client.drain(routes, within: limit) { try screen.show($0) }
                if json { try Output.put(lines: [(["items": .array(reports.map(\.json))] as JSON).text]) }
                let left = reports.filter { !$0.isDrained }.map(\.route).joined(separator: " ")
                if left.isEmpty { return }
                throw CommandFailure(
                    "Not drained within \(timeout): \(left).\n  It stays paused: `belfry queues drain \(left)` waits on, "
                        + "`belfry queues resume` sends again.")
            }
        }
    }
}

/// How far it is: written over on a terminal, a line for each change elsewhere.
struct DrainScreen {
    let isQuiet: Bool
    private var block = LiveBlock()
    private var shown: [String: String] = [:]

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    mutating func show(_ reports: [QueueReport]) throws {
        if isQuiet { return }
        let terminal = Terminal.current
        if terminal.isInteractive {
            return try Output.put(block.frame(reports.map(DrainScreen.line), on: terminal))
        }
        for report in reports {
            let line = DrainScreen.line(report)
            if shown.updateValue(line, forKey: report.route) != line { try Output.put(lines: [line]) }
        }
    }

    static func line(_ report: QueueReport) -> String {
        if report.isDrained { return "drained \(report.route)" }
        if report.state != "paused" { return "draining \(report.route): Redis has not heard of it yet" }
        return "draining \(report.route): \(max(report.leased, report.permits ?? 0)) in flight"
    }
}
