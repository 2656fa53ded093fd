import Hummingbird
import Logging
import ServiceLifecycle

/// Somebody to send webhooks to while trying Belfry: prints what comes.
struct DemoReceiver: Service {
    let logger: Logger
    /// Is told the URL to post to once it can be posted to.
    let onRunning: @Sendable (String) async -> Void

    func run() async throws {
        let router = Router()
        router.post("/webhook") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            let id = request.headers.first { $0.name.canonicalName == "webhook-id" }?.value ?? "none"
            say("the demo's webhook receiver got \(body.readableBytes) bytes, webhook-id \(id)")
            return HTTPResponse.Status.noContent
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                await onRunning("http://127.0.0.1:\(channel.localAddress?.port ?? 0)/webhook")
            }, logger: logger)
        try await application.run()
    }
}
