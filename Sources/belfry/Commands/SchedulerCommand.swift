import ArgumentParser

struct SchedulerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scheduler",
        abstract: "Run the clerks only: sweep, topics, partitions, pruning. One process works.",
        discussion: "Workers run the clerks too, so this is for deployments that want them apart.")

    func run() async throws {
        let context = try ProcessContext(settings: Settings(), label: "belfry-scheduler")
        try await context.checkServers()
        context.registerFleetMetrics()
        try await context.run(context.withOperations(context.clerks()))
    }
}
