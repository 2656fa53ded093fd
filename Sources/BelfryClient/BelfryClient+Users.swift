import Foundation
import NIOHTTP1
public import Notifications

/// Users and their devices.
extension BelfryClient {
    /// Says how to reach a user, in place of what was said before. Its devices stay unless `user` has some.
    public func putUser(_ userId: String, _ user: Recipient) async throws -> Recipient {
        try await call(.PUT, BelfryClient.path("users", userId), body: user.json, as: Recipient.init)
    }

    public func user(_ userId: String) async throws -> Recipient {
        try await call(.GET, BelfryClient.path("users", userId), as: Recipient.init)
    }

    /// One page of users, in the order of their ids.
    /// - Parameter prefix: how their ids begin.
    public func users(
        prefix: String? = nil, limit: Int = 20, after: String? = nil
    ) async throws -> Page<Recipient> {
        let query = [URLQueryItem(name: "q", value: prefix)]
        return try await page("/v1/users", query, limit: limit, after: after, of: Recipient.init)
    }

    /// Says how to reach up to 1,000 users, each as by itself.
    /// - Returns: by their places those who could not be put, and why; of a list with nobody else it is an error.
    public func putUsers(_ users: [Recipient]) async throws -> [Int: [BelfryClientError.FieldError]] {
        let body: JSON = ["users": .array(users.map(\.json))]
        let answer = try await call(.POST, "/v1/users/bulk", body: body).body
        guard let entries = answer["users"]?.array else { throw BelfryClientError.malformedAnswer }
        let refused = entries.compactMap { entry in
            entry["errors"]?.array.map {
                (entry["index"]?.int ?? 0, $0.map(BelfryClientError.FieldError.init(json:)))
            }
        }
        return Dictionary(refused) { $1 }
    }

    /// Erases a user: unknown at once, and within seconds nothing personal stands anywhere of what was sent to it.
    /// `notFound` where there is nothing of such a user.
    public func eraseUser(_ userId: String) async throws {
        _ = try await call(.DELETE, BelfryClient.path("users", userId))
    }

    /// Registers a device: to be called whenever the app starts.
    public func putDevice(_ device: Device, of userId: String) async throws {
        _ = try await call(.PUT, BelfryClient.path("users", userId, "devices", device.id), body: device.json)
    }

    public func devices(of userId: String) async throws -> [Device] {
        try await list(BelfryClient.path("users", userId, "devices"), "devices") {
            $0.object.flatMap { Device(Fields($0)) }
        }
    }

    /// Removes a device; `notFound` where there is no such, or no longer.
    public func removeDevice(_ deviceId: String, of userId: String) async throws {
        _ = try await call(.DELETE, BelfryClient.path("users", userId, "devices", deviceId))
    }
}

extension Recipient {
    /// A user as answered; what this version does not know is left out.
    fileprivate init?(_ json: JSON) {
        guard let object = json.object else { return nil }
        self.init(Fields(object))
    }
}
