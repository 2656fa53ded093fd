import ArgumentParser
import Foundation

/// The command line: one binary, one subcommand for each role.
@main
struct Belfry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "belfry",
        abstract: "Multi-channel notification delivery over Postgres and Redis.",
        discussion: """
            Try it:        belfry up, then belfry send
            In production: belfry migrate, then belfry api, belfry worker and belfry scheduler.
            All settings come from the environment; `belfry settings` lists them.
            """,
        version: BuildInfo.version,
        subcommands: [
            UpCommand.self, APICommand.self, WorkerCommand.self, SchedulerCommand.self, MigrateCommand.self,
            SendCommand.self, QueuesCommand.self, ProvidersCommand.self, DeadLettersCommand.self, KeysCommand.self,
            SettingsCommand.self, DoctorCommand.self, OpenAPICommand.self, BenchCommand.self,
        ])

    /// What a command ends with that was called wrongly; the library would say 64.
    private static let usageStatus: Int32 = 2

    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            complain(fullMessage(for: error))
            Foundation.exit(usageStatus)
        }
    }
}

/// What this binary calls itself.
enum BuildInfo {
    static let version = "0.1.0"
}
