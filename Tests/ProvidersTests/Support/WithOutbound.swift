import Logging
import Outbound

/// Runs the body with a client that may reach 127.0.0.1, and shuts it down.
///
/// - Parameter authority: a PEM file of one that it trusts.
func withOutbound(
    authority: String? = nil, _ body: (OutboundClient) async throws -> Void
) async throws {
    var configuration = OutboundConfiguration()
    configuration.certificateAuthorities = authority
    configuration.allowed = try AllowList(parsing: ["127.0.0.1"])
    let outbound = OutboundClient(configuration: configuration, logger: .silent)
    do {
        try await body(outbound)
        await outbound.shutdown()
    } catch {
        await outbound.shutdown()
        throw error
    }
}
