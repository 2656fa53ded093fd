import HTTPTypes
import Logging

@testable import Outbound

/// Runs the body with a client, and shuts it down.
func withOutbound<Result>(
    allowing entries: [String] = [], lookup: @escaping Resolver.Lookup = Resolver.systemLookup,
    configure: (inout OutboundConfiguration) -> Void = { _ in }, _ body: (OutboundClient) async throws -> Result
) async throws -> Result {
    var configuration = OutboundConfiguration()
    configuration.allowed = try AllowList(parsing: entries)
    configure(&configuration)
    let client = OutboundClient(
        configuration: configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
        lookup: lookup)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

extension OutboundClient {
    /// What a POST of `{}` comes to.
    func post(_ url: String, timeout: Duration = .seconds(10)) async -> Result<OutboundResponse, OutboundError> {
        let request = OutboundRequest(method: .post, url: url, body: Array("{}".utf8))
        do {
            return .success(try await send(request, timeout: timeout))
        } catch {
            return .failure(error)
        }
    }
}

extension Result<OutboundResponse, OutboundError> {
    /// Nil where there was no answer.
    var status: Int? { try? get().status }
}

/// The addresses of literals.
func addresses(_ literals: String...) -> [IPAddress] { literals.compactMap(IPAddress.init(literal:)) }
