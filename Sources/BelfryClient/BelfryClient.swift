import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
public import Notifications

/// Belfry's own API as seen by a caller: what the commands use, and a library for programs in Swift.
///
/// Every call has a deadline and a limit on its answer, and goes to the given URL and nowhere else (no redirects). One that
/// Belfry is too busy for is made again after the pause that it asks for, where that is safe: reading, putting, removing,
/// and sending with an idempotency key. Calls throw ``BelfryClientError``, or `CancellationError`.
public final class BelfryClient: Sendable {
    let configuration: BelfryClientConfiguration
    let http: HTTPClient

    private init(_ configuration: BelfryClientConfiguration) throws(BelfryClientError) {
        guard let parts = URLComponents(string: configuration.url), ["http", "https"].contains(parts.scheme),
            parts.host?.isEmpty == false, parts.user == nil, parts.query == nil, parts.fragment == nil
        else { throw .invalidURL }
        var base = configuration
        while base.url.hasSuffix("/") { base.url.removeLast() }
        self.configuration = base
        var settings = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(configuration.connectTimeout), read: TimeAmount(configuration.silence)))
        settings.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(configuration: settings)
    }

    /// Lends a client to the body and closes its connections afterwards.
    public nonisolated(nonsending) static func run<Answer>(
        _ configuration: BelfryClientConfiguration,
        _ body: nonisolated(nonsending) (BelfryClient) async throws -> Answer
    ) async throws -> Answer {
        let client = try BelfryClient(configuration)
        let result: Result<Answer, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        // Fails only where it was closed before.
        try? await client.http.shutdown()
        return try result.get()
    }

    /// Posts a request to notify as it is.
    /// - Parameter idempotencyKey: with it the same request can be posted again and is accepted once.
    public func send(_ request: JSON, idempotencyKey: String? = nil) async throws -> SendAnswer {
        try await post(request, to: "/v1/notifications", idempotencyKey: idempotencyKey)
    }

    func post(_ body: JSON, to path: String, idempotencyKey: String?) async throws -> SendAnswer {
        let headers = idempotencyKey.map { [("idempotency-key", $0)] } ?? []
        let answer = try await call(.POST, path, body: body, headers: headers)
        return SendAnswer(json: answer.body, isReplay: answer.headers["idempotent-replayed"].contains("true"))
    }

    /// A notification's document as it stands.
    public func notification(_ id: String) async throws -> JSON {
        try await call(.GET, BelfryClient.path("notifications", id)).body
    }
}

// MARK: - One exchange

extension BelfryClient {
    struct Answer: Sendable {
        var body: JSON
        var headers: HTTPHeaders
    }

    /// One request and its whole answer.
    func call(
        _ method: HTTPMethod, _ path: String, query: [URLQueryItem] = [], body: JSON? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = request(method, path, query: query)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body.utf8)
        }
        let prepared = request
        let isRepeatable = method != .POST || headers.contains { $0.0 == "idempotency-key" }
        return try await repeating(isRepeatable: isRepeatable) { try await exchange(prepared) }
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> Answer {
        try await BelfryClient.within(configuration.timeout) { [self] in
            let response = try await http.execute(request, timeout: TimeAmount(configuration.timeout))
            let body = try await content(of: response)
            guard (200..<300).contains(response.status.code) else {
                throw BelfryClientError(
                    status: Int(response.status.code), body: body ?? .null, headers: response.headers)
            }
            guard let body else { throw BelfryClientError.malformedAnswer }
            return Answer(body: body, headers: response.headers)
        }
    }

    func request(_ method: HTTPMethod, _ path: String, query: [URLQueryItem] = []) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: configuration.url + path + BelfryClient.text(of: query))
        request.method = method
        request.headers.add(name: "authorization", value: "Bearer \(configuration.key)")
        request.headers.add(name: "accept", value: "application/json")
        return request
    }

    /// The body as JSON, null when there is none; nil when it is something else.
    func content(of response: HTTPClientResponse) async throws -> JSON? {
        var bytes: [UInt8] = []
        for try await piece in response.body {
            bytes.append(contentsOf: piece.readableBytesView)
            if bytes.count > configuration.maximumAnswerBytes { throw BelfryClientError.answerTooLarge }
        }
        return bytes.isEmpty ? .null : try? JSON(parsing: bytes)
    }

    private static let plain = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    /// One segment of a path, or one value of a query, of whatever a user typed.
    static func segment(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: plain) ?? "" }

    private static func text(of query: [URLQueryItem]) -> String {
        let pairs = query.compactMap { item in item.value.map { "\(segment(item.name))=\(segment($0))" } }
        return pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&")
    }
}
