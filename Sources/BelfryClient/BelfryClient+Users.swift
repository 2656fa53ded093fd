public import Foundation
import NIOHTTP1
public import Notifications

/// Users, their devices and their inboxes.
extension BelfryClient {
    /// Says how to reach a user, in place of what was said before. Its devices stay unless `user` has some.
    public func putUser(_ userId: String, _ user: Recipient) async throws -> Recipient {
        let answer = try await call(.PUT, BelfryClient.path(ofUser: userId), body: user.json).body
        return Recipient(answer)
    }

    public func user(_ userId: String) async throws -> Recipient {
        Recipient(try await call(.GET, BelfryClient.path(ofUser: userId)).body)
    }

    /// One page of users, in the order of their ids.
    /// - Parameter prefix: how their ids begin.
    public func users(
        prefix: String? = nil, limit: Int = 20, after: String? = nil
    ) async throws -> Page<Recipient> {
        let items = [URLQueryItem(name: "q", value: prefix)] + Page<Recipient>.items(limit: limit, after: after)
        return try Page(json: try await call(.GET, "/v1/users", query: items).body, of: Recipient.init)
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
        _ = try await call(.DELETE, BelfryClient.path(ofUser: userId))
    }

    /// Registers a device: to be called whenever the app starts.
    public func putDevice(_ device: Device, of userId: String) async throws {
        let path = "\(BelfryClient.path(ofUser: userId))/devices/\(BelfryClient.segment(device.id))"
        _ = try await call(.PUT, path, body: device.json)
    }

    public func devices(of userId: String) async throws -> [Device] {
        let answer = try await call(.GET, "\(BelfryClient.path(ofUser: userId))/devices").body
        guard let devices = answer["devices"]?.array else { throw BelfryClientError.malformedAnswer }
        return devices.compactMap { $0.object.flatMap { Device(Fields($0)) } }
    }

    /// Removes a device; `notFound` where there is no such, or no longer.
    public func removeDevice(_ deviceId: String, of userId: String) async throws {
        _ = try await call(.DELETE, "\(BelfryClient.path(ofUser: userId))/devices/\(BelfryClient.segment(deviceId))")
    }

    /// One page of a user's in-app feed, newest first, and how many are unread, counted up to 5,000.
    /// - Parameter part: `all`, `unread` or `read`.
    public func inbox(
        of userId: String, part: String = "all", limit: Int = 20, after: String? = nil
    ) async throws -> (page: Page<NotificationReport>, unreadCount: Int) {
        let items =
            [URLQueryItem(name: "status", value: part)] + Page<NotificationReport>.items(limit: limit, after: after)
        let answer = try await call(.GET, "\(BelfryClient.path(ofUser: userId))/inbox", query: items).body
        let page = try Page(json: answer, "notifications", of: NotificationReport.init)
        return (page, answer["unreadCount"]?.int ?? 0)
    }

    /// Marks all as read that was accepted before now, or before a time; at most 10,000 at a time.
    /// - Returns: how many it was, and whether there are more: then ask again.
    public func readInbox(of userId: String, before: Date? = nil) async throws -> (read: Int, remaining: Bool) {
        let items = [URLQueryItem(name: "before", value: before.map(Timestamp.text))]
        let answer = try await call(.POST, "\(BelfryClient.path(ofUser: userId))/inbox/read-all", query: items).body
        return (answer["read"]?.int ?? 0, answer["remaining"]?.bool ?? false)
    }

    private static func path(ofUser userId: String) -> String { "/v1/users/\(segment(userId))" }
}

extension Recipient {
    /// A user as answered; what this version does not know is left out.
    fileprivate init(_ json: JSON) { self.init(Fields(json.object ?? JSONObject())) }
}
