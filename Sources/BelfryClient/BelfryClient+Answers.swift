import Foundation
import NIOHTTP1
import Notifications

/// Calls whose answers are read at once. What cannot be read is no answer of Belfry's.
extension BelfryClient {
    func call<Value>(
        _ method: HTTPMethod, _ path: String, query: [URLQueryItem] = [], body: JSON? = nil,
        as read: (JSON) -> Value?
    ) async throws -> Value {
        guard let value = read(try await call(method, path, query: query, body: body).body) else {
            throw BelfryClientError.malformedAnswer
        }
        return value
    }

    /// All of a list that comes in one piece.
    /// - Parameter name: of the member that holds it.
    func list<Item>(_ path: String, _ name: String = "items", of item: (JSON) -> Item?) async throws -> [Item] {
        try await call(.GET, path) { $0[name]?.array?.compactMap(item) }
    }

    /// One page of a list that does not.
    func page<Item: Sendable>(
        _ path: String, _ query: [URLQueryItem] = [], limit: Int, after: String?, of item: (JSON) -> Item?
    ) async throws -> Page<Item> {
        let items = query + Page<Item>.items(limit: limit, after: after)
        return try Page(json: try await call(.GET, path, query: items).body, of: item)
    }

    /// Has something made that has a secret, which no other answer holds.
    /// - Parameter name: of the member that is the secret; what is read does not have it, so that it may be shown.
    func make<Report>(
        _ path: String, _ body: JSON, secret name: String, as read: (JSON) -> Report?
    ) async throws -> (Report, String) {
        try await call(.POST, path, body: body) { answer in
            guard var object = answer.object, let secret = object[name]?.string else { return nil }
            object[name] = nil
            return read(.object(object)).map { ($0, secret) }
        }
    }

    /// A path below `/v1`, of whatever a user typed.
    static func path(_ segments: String...) -> String {
        "/v1/" + segments.map(segment).joined(separator: "/")
    }
}

extension JSON {
    var id: UUID? { string.flatMap(UUID.init(uuidString:)) }
    var strings: [String] { (array ?? []).compactMap(\.string) }
    var channels: [NotificationChannel] { strings.compactMap(NotificationChannel.init) }
    var double: Double? { if case .number(let literal) = self { Double(literal) } else { nil } }

    init(_ channels: [NotificationChannel]) { self = .array(channels.map { .string($0.rawValue) }) }
}
