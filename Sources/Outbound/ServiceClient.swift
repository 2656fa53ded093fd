import AsyncHTTPClient
import NIOCore

/// Makes requests to services that the operator chose, such as FCM: the host of each URL comes from the settings, so the
/// address rules are not for it, and its name is looked up only when a connection is made.
///
/// It speaks HTTP/2 where the service does: one connection for each host, which requests share. No redirects, no proxy,
/// no cookies; a deadline over all of it; a limit on the reply.
public final class ServiceClient: Sendable {
    private let client: HTTPClient
    private let maximumResponseBytes: Int

    init(configuration: OutboundConfiguration) {
        client = HTTPClient(configuration: configuration.clientSettings(idleTimeout: configuration.serviceIdleTimeout))
        maximumResponseBytes = configuration.maximumResponseBytes
    }

    /// As `OutboundClient.send`, without its rules.
    ///
    /// - Parameter request: its URL is a `ServiceURL` with a path; what callers said may be in the path only.
    public func send(_ request: OutboundRequest, timeout: Duration) async throws(OutboundError) -> OutboundResponse {
        guard let url = try? OutboundURL(request.url) else { throw .notSent(.urlRefused) }
        let exchange = Exchange(
            request: request, url: url, maximumBytes: maximumResponseBytes, deadline: .now() + TimeAmount(timeout))
        return try await exchange.run(on: client).get()
    }

    func shutdown() async { try? await client.shutdown() }
}
