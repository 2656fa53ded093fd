import ArgumentParser
import BelfryClient
import Foundation
import Notifications

struct QueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues",
        abstract: "Show what waits on each route, and for what; pause, drain, resume and rebuild them.",
        discussion: """
            Needs a key with the scope `operator`.

            Examples: belfry queues --watch
                      belfry queues pause email
                      belfry queues drain push --timeout 2m
            """,
        subcommands: [Show.self, Pause.self, Drain.self, Resume.self, Rebuild.self], defaultSubcommand: Show.self)

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what waits on each route and for what, how it comes and goes, and how long it will take.")

        @Flag(help: "Show it anew every second, until Ctrl-C.")
        var watch = false

        @Flag(help: "Print one JSON document.")
        var json = false

        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        private static let pause: Duration = .seconds(1)

        func validate() throws {
            if watch, json { throw ValidationError("--watch and --json do not go together.") }
        }

        func run() async throws {
            try await connection.run { client in
                guard watch else { return try show(try await client.queues()) }
                var block = LiveBlock()
                while true {
                    let terminal = Terminal.current
                    let lines = Show.table(try await client.queues()).lines(on: terminal)
                    try Output.put(
                        terminal.isInteractive
                            ? block.frame(lines, on: terminal) : (lines + [""]).map { $0 + "\n" }.joined())
                    try await Task.sleep(for: Show.pause)
                }
            }
        }

        private func show(_ queues: [QueueReport]) throws {
            let document: JSON = ["items": .array(queues.map(\.json))]
            try Output.put(lines: json ? [document.text] : Show.table(queues).lines(on: .current))
        }
    }

    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send nothing more on a route. What is under way ends as usual; what comes is kept.")

        @OptionGroup var route: RouteArgument
        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        func run() async throws { try await route.change(connection, "paused") { try await $0.pause($1) } }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send again what waits on a route.")

        @OptionGroup var route: RouteArgument
        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        func run() async throws { try await route.change(connection, "resumed") { try await $0.resume($1) } }
    }

    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Have a worker make what Redis knows of a route again from Postgres. Safe at any time.")

        @OptionGroup var route: RouteArgument
        @OptionGroup(title: "Which Belfry") var connection: ConnectionOptions

        func run() async throws { try await route.change(connection, "rebuilding") { try await $0.rebuild($1) } }
    }
}
