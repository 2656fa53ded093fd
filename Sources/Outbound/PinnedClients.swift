import AsyncHTTPClient
import Synchronization

/// HTTP clients, each of which connects to one checked address under one name.
///
/// The HTTP client resolves names itself when it connects, and its `dnsOverride` is the only way to say where to, so
/// there is a client for each pair of name and address: the address that was judged is the address that is dialled,
/// while `Host`, SNI and the certificate check keep the name. Clients nobody uses are kept for their connections, up to
/// `maximumIdleHosts`; those in use are as many as there are requests.
final class PinnedClients: Sendable {
    struct Pin: Hashable, Sendable {
        var host: String
        /// A literal without brackets.
        var address: String
    }

    private struct Entry {
        var client: HTTPClient
        var users = 0
        var lastUse: UInt64 = 0
    }

    private struct State {
        var entries: [Pin: Entry] = [:]
        var uses: UInt64 = 0
        var isShutDown = false
    }

    private let state = Mutex(State())
    private let configuration: OutboundConfiguration

    init(configuration: OutboundConfiguration) { self.configuration = configuration }

    /// Calls the body with the client of a pin; nil once shut down.
    func withClient<Result: Sendable>(_ pin: Pin, _ body: (HTTPClient) async -> Result) async -> Result? {
        guard let client = take(pin) else { return nil }
        let result = await body(client)
        await close(giveBack(pin))
        return result
    }

    /// Ends requests that are on their way, and takes no more.
    func shutdown() async {
        let clients = state.withLock { state in
            state.isShutDown = true
            defer { state.entries = [:] }
            return state.entries.values.map(\.client)
        }
        await close(clients)
    }

    private func take(_ pin: Pin) -> HTTPClient? {
        state.withLock { state in
            guard !state.isShutDown else { return nil }
            var entry = state.entries[pin] ?? Entry(client: makeClient(pin))
            state.uses += 1
            entry.users += 1
            entry.lastUse = state.uses
            state.entries[pin] = entry
            return entry.client
        }
    }

    /// Returns the clients that are one too many now.
    private func giveBack(_ pin: Pin) -> [HTTPClient] {
        state.withLock { state in
            state.entries[pin]?.users -= 1
            let idle = state.entries.filter { $0.value.users == 0 }.sorted { $0.value.lastUse < $1.value.lastUse }
            return idle.dropLast(configuration.maximumIdleHosts).map { pin, entry in
                state.entries[pin] = nil
                return entry.client
            }
        }
    }

    /// Closing fails only where it was closed before.
    private func close(_ clients: [HTTPClient]) async {
        for client in clients { try? await client.shutdown() }
    }

    private func makeClient(_ pin: Pin) -> HTTPClient {
        var settings = configuration.clientSettings(idleTimeout: configuration.idleTimeout)
        settings.dnsOverride = [pin.host: pin.address]
        return HTTPClient(configuration: settings)
    }
}
