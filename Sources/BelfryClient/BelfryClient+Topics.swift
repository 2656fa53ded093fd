import NIOHTTP1
import Notifications

/// Topics and who is in them.
extension BelfryClient {
    /// One page of topics by name.
    public func topics(limit: Int = 20, after: String? = nil) async throws -> Page<TopicReport> {
        try await page("/v1/topics", limit: limit, after: after, of: TopicReport.init)
    }

    /// One page of the topics that a user is in.
    public func topics(of userId: String, limit: Int = 20, after: String? = nil) async throws -> Page<TopicReport> {
        try await page(BelfryClient.path("users", userId, "topics"), limit: limit, after: after, of: TopicReport.init)
    }

    public func topic(_ name: String) async throws -> TopicReport {
        try await call(.GET, BelfryClient.path("topics", name), as: TopicReport.init)
    }

    /// Makes a topic, or describes it anew; whoever is in it stays.
    public func putTopic(_ name: String, description: String? = nil) async throws -> TopicReport {
        let body: JSON = ["description": JSON(description)]
        return try await call(.PUT, BelfryClient.path("topics", name), body: body, as: TopicReport.init)
    }

    /// Removes a topic; a broadcast that is under way reads nobody any more.
    public func removeTopic(_ name: String) async throws {
        _ = try await call(.DELETE, BelfryClient.path("topics", name))
    }

    /// One page of a topic's users by id.
    public func subscribers(
        of topic: String, limit: Int = 20, after: String? = nil
    ) async throws -> Page<TopicReport.Subscriber> {
        let path = BelfryClient.path("topics", topic, "subscribers")
        return try await page(path, limit: limit, after: after, of: TopicReport.Subscriber.init)
    }

    /// Adds up to 1,000 users to a topic.
    /// - Returns: how many are new, and how many it has now.
    public func subscribe(_ userIds: [String], to topic: String) async throws -> (added: Int, subscribers: Int) {
        try await change(.PUT, userIds, of: topic, counted: "added")
    }

    /// Takes up to 1,000 users out of a topic.
    /// - Returns: how many were in it, and how many it has now.
    public func unsubscribe(_ userIds: [String], from topic: String) async throws -> (removed: Int, subscribers: Int) {
        try await change(.DELETE, userIds, of: topic, counted: "removed")
    }

    /// Takes one user out of a topic; `notFound` where it was not in it.
    public func unsubscribe(_ userId: String, from topic: String) async throws {
        _ = try await call(.DELETE, BelfryClient.path("topics", topic, "subscribers", userId))
    }

    private func change(
        _ method: HTTPMethod, _ userIds: [String], of topic: String, counted name: String
    ) async throws -> (Int, Int) {
        let body: JSON = ["userIds": .array(userIds.map(JSON.string))]
        return try await call(method, BelfryClient.path("topics", topic, "subscribers"), body: body) { answer in
            guard let changed = answer[name]?.int, let subscribers = answer["subscribers"]?.int else { return nil }
            return (changed, subscribers)
        }
    }
}
