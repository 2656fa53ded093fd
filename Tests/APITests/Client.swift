import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Notifications
import Testing

/// A caller of the API.
struct Client: Sendable {
    struct Answer: Sendable {
        var status: Int
        /// Names in lower case.
        var headers: [String: String]
        var body: JSON

        /// The fields that a problem names, each with its code.
        var fields: [String] {
            (body["errors"]?.array ?? []).map { "\($0["field"]?.string ?? "?") \($0["code"]?.string ?? "?")" }
        }

        var code: String? { body["code"]?.string }
    }

    let url: String
    /// Nil sends no key.
    var key: String?

    func send(
        _ method: String, _ path: String, _ body: JSON? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body?.utf8, headers: headers)
    }

    /// Sends a body as it is, as JSON unless `headers` says otherwise.
    func send(
        _ method: String, _ path: String, bytes: [UInt8]?, headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = request(method, path, headers: headers)
        if let bytes {
            if headers["content-type"] == nil { request.headers.add(name: "content-type", value: "application/json") }
            request.body = .bytes(ByteBuffer(bytes: bytes))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let answer = Array(try await response.body.collect(upTo: 16 << 20).readableBytesView)
        let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        return Answer(
            status: Int(response.status.code), headers: headers,
            body: answer.isEmpty ? .null : try JSON(parsing: answer))
    }

    func request(_ method: String, _ path: String, headers: [String: String] = [:]) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url + path)
        request.method = HTTPMethod(rawValue: method)
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        return request
    }

    /// The status of an answer that may be of any kind.
    func status(of request: HTTPClientRequest) async throws -> Int {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 16 << 20)
        return Int(response.status.code)
    }

    /// Posts a notification that must be accepted and returns its id.
    func post(_ body: JSON) async throws -> String {
        let answer = try await send("POST", "/v1/notifications", body)
        try #require(answer.status == 202, "\(answer.body.text)")
        return try #require(answer.body["id"]?.string)
    }
}
