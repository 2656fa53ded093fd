import Logging
import Outbound

/// Runs the body with a client that may reach 127.0.0.1, and shuts it down.
func withOutbound(_ body: (OutboundClient) async throws -> Void) async throws {
    var configuration = OutboundConfiguration()
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
