import ArgumentParser

/// The command line: one binary, one subcommand for each role.
@main
struct Belfry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "belfry",
        abstract: "Multi-channel notification delivery over Postgres and Redis.",
        discussion: """
            Try it:        belfry up
            In production: belfry migrate, then belfry api, belfry worker and belfry scheduler under a Procfile.
            All settings come from the environment; `belfry settings` lists them.
            """,
        version: BuildInfo.version,
        subcommands: [
            UpCommand.self, APICommand.self, WorkerCommand.self, SchedulerCommand.self, MigrateCommand.self,
            KeysCommand.self, SettingsCommand.self,
        ])
}

/// What this binary calls itself.
enum BuildInfo {
    static let version = "0.1.0"
}
