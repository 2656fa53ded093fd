import API
import ArgumentParser
import Crypto
import Foundation
import Postgres
import ServiceLifecycle

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run all of Belfry on this machine, ready to try.",
        discussion: """
            Starts a private Postgres and Redis unless BELFRY_DATABASE_URL and BELFRY_REDIS_URL name others, migrates, \
            makes an API key, and runs the API, a worker and the clerks in one process. Every route without a provider \
            of its own goes to the simulator. Data is kept between runs. Logs warnings and errors only, unless \
            BELFRY_LOG_LEVEL says otherwise.
            """)

    @Option(help: "Where data and keys are kept. Default: \(DataFolder.standard)")
    var data: String?

    @Option(help: "The API's port; 0 takes a free one. Default: BELFRY_PORT, else 8080.")
    var port: Int?

    @Flag(help: "Start with nothing: wipes what earlier runs kept.")
    var fresh = false

    func validate() throws {
        if let port, !(0...65535).contains(port) { throw ValidationError("--port must be 0…65535") }
    }

    func run() async throws {
        let folder = try DataFolder(path: data ?? DataFolder.standard, fresh: fresh)
        let environment = try await environment(folder)
        let servers = try await interruptible { try await PrivateServers.start(in: folder, environment: environment) }
        let result: Result<Void, any Error>
        do { result = .success(try await serve(servers, folder)) } catch { result = .failure(error) }
        await servers.stop()
        try result.get()
    }

    /// The environment with what is needed to try everything on one machine.
    private func environment(_ folder: DataFolder) async throws -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        let secret = try await folder.secret("webhook-secret") {
            "whsec_\(Data(SymmetricKey(size: .bits256).withUnsafeBytes(Array.init)).base64EncodedString())"
        }
        let defaults = [
            "BELFRY_PROVIDERS":
                "push=simulator email=simulator sms=simulator chat=simulator webhook=webhook inApp=inApp",
            "BELFRY_LOG_LEVEL": "warning", "BELFRY_SIMULATOR": "latency=20ms..80ms",
            "BELFRY_OUTBOUND_ALLOW": "127.0.0.1,localhost",
            "BELFRY_WEBHOOK_SECRETS": secret,
        ]
        for (name, value) in defaults where environment[name, default: ""].isEmpty { environment[name] = value }
        if let port { environment["BELFRY_PORT"] = "\(port)" }
        return environment
    }

    private func serve(_ servers: PrivateServers, _ folder: DataFolder) async throws {
        let context = try ProcessContext(
            settings: Settings(servers.environment), label: "belfry", patience: ProcessContext.requestPatience)
        for migration in try await context.migrate() { say("applied migration \(migration.name)") }
        try await context.checkServers()
        let key = try await KeyMint(context).keptKey(in: folder)
        let (apiURL, api) = AsyncStream<String>.makeStream()
        let (hookURL, hook) = AsyncStream<String>.makeStream()
        try await context.run(
            context.api(onRunning: { api.yield($0) }) + context.clerks() + [
                context.worker(),
                DemoReceiver(logger: context.logger, onRunning: { hook.yield($0) }),
                Welcome(
                    context: context, key: key, servers: servers.assignments, apiURL: apiURL, hookURL: hookURL),
            ])
    }
}
