import AsyncHTTPClient
import HTTPTypes
import NIOCore
import NIOHTTP1

extension OutboundClient {
    /// One request to one address that was judged.
    func exchange(
        _ request: OutboundRequest, url: OutboundURL, address: IPAddress, deadline: NIODeadline
    ) async throws(OutboundError) -> OutboundResponse {
        guard let prepared = OutboundClient.prepare(request, url: url) else { throw .notSent(.urlRefused) }
        let collector = ResponseCollector(maximumBytes: configuration.maximumResponseBytes)
        let pin = PinnedClients.Pin(host: url.host.text, address: address.text)
        let result = await clients.withClient(pin) { client in
            await OutboundClient.run(prepared, on: client, collector: collector, deadline: deadline)
        }
        if let response = collector.response { return response }
        switch result {
        case .failure(let cause): throw OutboundError(cause: cause, isSent: collector.isSent)
        case .success: throw .unknown(.malformedReply)
        case nil: throw .notSent(.shutDown)
        }
    }

    private static func run(
        _ request: HTTPClient.Request, on client: HTTPClient, collector: ResponseCollector, deadline: NIODeadline
    ) async -> Result<Void, any Error> {
        let task = client.execute(request: request, delegate: collector, deadline: deadline)
        do {
            try await withTaskCancellationHandler {
                try await task.get()
            } onCancel: {
                task.cancel()
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private static func prepare(_ request: OutboundRequest, url: OutboundURL) -> HTTPClient.Request? {
        let headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        let body: HTTPClient.Body? = request.body.isEmpty ? nil : .bytes(request.body)
        let method = HTTPMethod(rawValue: request.method.rawValue)
        return try? HTTPClient.Request(url: url.text, method: method, headers: headers, body: body)
    }
}
