import BelfryClient
import Foundation
import Notifications
import Testing

/// Topics, and what is sent to them.
@Suite(.timeLimit(.minutes(3))) struct TypedClientTopicTests {
    @Test func aTopicIsMadeDescribedAndRemoved() async throws {
        try await withTypedClient { _, client in
            let made = try await client.putTopic("this week", description: "Weekly.")
            #expect(made.name == "this week" && made.description == "Weekly." && made.subscribers == 0)
            #expect(try await client.putTopic("this week").description == nil)
            _ = try await client.putTopic("that week")
            let page = try await client.topics(limit: 1)
            #expect(page.items.map(\.name) == ["that week"])
            #expect(try await client.topics(after: page.next).items.map(\.name) == ["this week"])
            try await client.removeTopic("this week")
            let gone = await #expect(throws: BelfryClientError.self) { try await client.topic("this week") }
            #expect(gone?.code == "notFound")
        }
    }

    @Test func usersComeAndGo() async throws {
        try await withTypedClient { _, client in
            _ = try await client.putTopic("news")
            let added = try await client.subscribe(["ada", "bob", "eve/1"], to: "news")
            #expect(added.added == 3 && added.subscribers == 3)
            let page = try await client.subscribers(of: "news", limit: 2)
            #expect(page.items.map(\.userId) == ["ada", "bob"] && page.items.allSatisfy { $0.subscribedAt != nil })
            #expect(try await client.subscribers(of: "news", after: page.next).items.map(\.userId) == ["eve/1"])
            #expect(try await client.topics(of: "eve/1").items.map(\.name) == ["news"])
            try await client.unsubscribe("eve/1", from: "news")
            #expect(try await client.topics(of: "eve/1").items.isEmpty)
            let removed = try await client.unsubscribe(["ada", "eve/1"], from: "news")
            #expect(removed.removed == 1 && removed.subscribers == 1)
            #expect(try await client.topic("news").subscribers == 1)
        }
    }

    @Test func aBroadcastIsSeenAndTakenBack() async throws {
        try await withTypedClient { _, client in
            _ = try await client.putTopic("news")
            _ = try await client.subscribe(["ada", "bob"], to: "news")
            let answer = try await client.send(NotificationRequest(toTopic: "news", channels: [.email], title: "x"))
            let broadcast = try #require(answer.broadcast)
            #expect(answer.notification == nil && answer.entries.isEmpty)
            #expect(broadcast.topic == "news" && broadcast.status == .expanding && broadcast.subscribers == 2)
            #expect(try await client.broadcast(broadcast.id) == broadcast)
            #expect(try await client.broadcasts().items == [broadcast])
            let cancelled = try await client.cancelBroadcast(broadcast.id)
            #expect(cancelled.status == .cancelled && cancelled.endedAt != nil && cancelled.notifications == 0)
        }
    }
}
