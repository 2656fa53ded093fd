import API
import Documents
import Foundation
import Logging
import Notifications
import ServiceLifecycle

/// Waits until the API and the demo's receiver listen, makes the demo's user, and says how to go on.
struct Welcome: Service {
    let context: ProcessContext
    let key: String
    /// See `PrivateServers.assignments`.
    let servers: String
    let apiURL: AsyncStream<String>
    let hookURL: AsyncStream<String>

    static let userId = "demo"

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var api = self.apiURL.makeAsyncIterator()
            var hook = self.hookURL.makeAsyncIterator()
            guard let api = await api.next(), let hook = await hook.next() else { return }
            do {
                try await makeUser(webhookUrl: hook)
                say(text(api))
            } catch {
                context.logger.error("the demo's user could not be made", metadata: ["error": "\(error)"])
            }
        }
        try await gracefulShutdown()
    }

    private func makeUser(webhookUrl: String) async throws {
        var user = Recipient(userId: Welcome.userId)
        user.email = "demo@example.com"
        user.webhookUrl = webhookUrl
        user.devices = [Device(id: "phone", route: .fcm, token: "demo-token")]
        _ = try await RecipientStore(pool: context.pool).put(
            user, userId: Welcome.userId, tenant: KeyMint.defaultTenant, replacesDevices: true)
    }

    /// Where the binary is, unless the shell knows.
    private var path: String {
        guard let folder = Bundle.main.executableURL?.deletingLastPathComponent().path,
            let known = ProcessInfo.processInfo.environment["PATH"],
            !known.split(separator: ":").contains(Substring(folder))
        else { return "" }
        return "  export PATH='\(folder)':\"$PATH\"\n"
    }

    /// How to reach the private servers, which the next `belfry up` must not take for somebody else's: no `export`.
    private var direct: String {
        guard !servers.isEmpty else { return "" }
        return """
            `belfry keys` and `belfry doctor` work on the servers themselves:

              \(servers) belfry doctor


            """
    }

    private func text(_ url: String) -> String {
        """

        Belfry is up at \(url)
        API key: \(key)

        For the commands of another terminal, such as `belfry send --to \(Welcome.userId) --title Hello`:

        \(path)  export BELFRY_URL='\(url)'
          export BELFRY_KEY='\(key)'

        \(direct)Watch what happens:

          curl -N -H 'Authorization: Bearer \(key)' '\(url)/v1/events/stream'

        Send something to the user "\(Welcome.userId)", who has a phone (simulated), a webhook and an inbox:

          curl -s -X POST '\(url)/v1/notifications' \\
            -H 'Authorization: Bearer \(key)' -H 'Content-Type: application/json' \\
            -d '{"to":{"userId":"\(Welcome.userId)"},"channels":["push","webhook","inApp"],"title":"Order shipped","body":"It is on its way."}'

        Ctrl-C stops everything that was started here.
        """
    }
}
