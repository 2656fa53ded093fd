import ArgumentParser
import Logging

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Serve the HTTP API. Run as many as you like.")

    func run() async throws {
        let context = try ProcessContext(
            settings: Settings(), label: "belfry-api", patience: ProcessContext.requestPatience)
        try await context.checkServers()
        let logger = context.logger
        try await context.run(
            context.api(onRunning: { url in logger.notice("the API listens", metadata: ["url": "\(url)"]) }))
    }
}
