import ArgumentParser
import Notifications

struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Deliver notifications. Run as many as you like.")

    @Option(help: "Routes or channels to work on, separated by commas. Default: all that have a provider.")
    var routes: String?

    @Option(help: "Deliveries under way at once. Default: BELFRY_CONCURRENCY.")
    var concurrency: Int?

    func validate() throws {
        _ = try wanted()
        if let concurrency, !(1...4096).contains(concurrency) {
            throw ValidationError("--concurrency must be 1…4096")
        }
    }

    private func wanted() throws -> Set<Route>? {
        guard let routes else { return nil }
        return try routes.split(separator: ",").reduce(into: Set<Route>()) { wanted, name in
            let named = Route.named(String(name))
            if named.isEmpty {
                let known = Route.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(name) is neither a route nor a channel. Routes: \(known)")
            }
            wanted.formUnion(named)
        }
    }

    func run() async throws {
        var settings = try Settings()
        settings.concurrency = concurrency ?? settings.concurrency
        let context = try ProcessContext(settings: settings, label: "belfry-worker")
        try await context.checkServers()
        try await context.run(context.withOperations(context.clerks() + [context.worker(routes: try wanted())]))
    }
}
