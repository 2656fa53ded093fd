import Foundation
import Notifications
import Testing

@testable import Documents

@Suite struct TopicStoreTests {
    @Test func topicIsMadeOnceAndDescribedAnew() async throws {
        try await withDatabase { database in
            let store = TopicStore(pool: database.pool)
            let (made, isNew) = try await store.put("news", description: nil, tenant: "acme", at: Sample.moment)
            #expect(isNew && made.name == "news" && made.description == nil && made.subscribers == 0)
            let (again, isNewAgain) = try await store.put(
                "news", description: "What is new.", tenant: "acme", at: Sample.moment)
            #expect(!isNewAgain && again.id == made.id && again.description == "What is new.")
            #expect(try await store.topic("news", tenant: "acme") == again)
            #expect(try await store.topic("news", tenant: "other") == nil)
        }
    }

    @Test func subscribersAreCountedExactlyHoweverOftenTheyAreAdded() async throws {
        try await withDatabase { database in
            let store = TopicStore(pool: database.pool)
            _ = try await store.put("news", description: nil, tenant: "acme", at: Sample.moment)
            let users = (0..<200).map { "u\($0)" }
            let added = try await withThrowingTaskGroup(of: Int?.self) { group in
                for start in stride(from: 0, to: 200, by: 20) {
                    // Each overlaps with the next one.
                    let some = Array((users + users)[start..<start + 40])
                    group.addTask { try await store.subscribe(some, to: "news", tenant: "acme")?.added }
                }
                return try await group.reduce(0) { $0 + ($1 ?? 0) }
            }
            #expect(added == 200)
            #expect(try await store.topic("news", tenant: "acme")?.subscribers == 200)
            let (removed, topic) = try #require(
                try await store.unsubscribe(["u1", "u2", "nobody"], from: "news", tenant: "acme"))
            #expect(removed == 2 && topic.subscribers == 198)
            #expect(try await store.subscribe(["u1"], to: "old", tenant: "acme") == nil)
            #expect(try await store.unsubscribe(["u3"], from: "news", tenant: "other") == nil)
            #expect(try await database.count("topic_subscribers") == 198)
        }
    }

    @Test func topicMadeAnewUnderANameOfBeforeHasNobody() async throws {
        try await withDatabase { database in
            let store = TopicStore(pool: database.pool)
            _ = try await store.put("news", description: nil, tenant: "acme", at: Sample.moment)
            _ = try await store.subscribe(["ada", "bob"], to: "news", tenant: "acme")
            #expect(try await !store.delete("news", tenant: "other"))
            #expect(try await store.delete("news", tenant: "acme"))
            #expect(try await !store.delete("news", tenant: "acme"))
            #expect(try await store.topic("news", tenant: "acme") == nil)
            #expect(try await store.topics(of: "ada", tenant: "acme", after: nil, limit: 10).items == [])

            let (topic, isNew) = try await store.put("news", description: nil, tenant: "acme", at: Sample.moment)
            #expect(isNew && topic.subscribers == 0)
            _ = try await store.subscribe(["bob"], to: "news", tenant: "acme")
            while try await store.pruneDeleted() > 0 {}
            #expect(try await database.count("topics") == 1)
            let left = try await store.subscribers(of: topic, tenant: "acme", after: nil, limit: 10)
            #expect(left.items.map(\.userId) == ["bob"])
            #expect(try await database.count("topic_subscribers") == 1)
        }
    }

    @Test func listsGoOnWhereThePageBeforeEnded() async throws {
        try await withDatabase { database in
            let store = TopicStore(pool: database.pool)
            let names = ["a", "b", "c"]
            for name in names {
                _ = try await store.put(name, description: nil, tenant: "acme", at: Date())
                _ = try await store.subscribe(names, to: name, tenant: "acme")
            }
            _ = try await store.put("d", description: nil, tenant: "other", at: Date())

            let first = try await store.page(tenant: "acme", after: nil, limit: 2)
            let second = try await store.page(tenant: "acme", after: first.next, limit: 2)
            #expect((first.items + second.items).map(\.name) == names && second.next == nil)

            let topic = try #require(first.items.first)
            let users = try await store.subscribers(of: topic, tenant: "acme", after: nil, limit: 2)
            let others = try await store.subscribers(of: topic, tenant: "acme", after: users.next, limit: 2)
            #expect((users.items + others.items).map(\.userId) == names && others.next == nil)
            #expect(try await store.subscribers(of: topic, tenant: "other", after: nil, limit: 2).items == [])

            let some = try await store.topics(of: "b", tenant: "acme", after: nil, limit: 2)
            let rest = try await store.topics(of: "b", tenant: "acme", after: some.next, limit: 2)
            #expect(Set((some.items + rest.items).map(\.name)) == Set(names) && rest.next == nil)
            #expect(try await store.topics(of: "b", tenant: "other", after: nil, limit: 2).items == [])
        }
    }
}
