import Foundation
import Notifications
import TestSupport
import Testing

struct InboxTests {
    private func fill(_ count: Int, _ client: Client) async throws -> [String] {
        var ids: [String] = []
        for number in 0..<count {
            ids.append(
                try await client.post([
                    "to": ["userId": "u42"], "channels": ["inApp"], "title": .string("Number \(number)"),
                ]))
        }
        return ids
    }

    @Test func inboxIsReadPageByPageNewestFirst() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let ids = try await fill(5, client)
            var seen: [String] = []
            var after = ""
            repeat {
                let page = try await client.send("GET", "/v1/users/u42/inbox?limit=2\(after)").body
                #expect(page["unreadCount"] == 5)
                seen += page["notifications"]?.array?.compactMap { $0["id"]?.string } ?? []
                after = page["next"]?.string.map { "&after=\($0)" } ?? ""
            } while !after.isEmpty
            #expect(seen.sorted() == ids.sorted())
            #expect(seen == seen.sorted(by: >))
        }
    }

    @Test func readNotificationIsNoLongerCountedAndSaysWhen() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let ids = try await fill(2, client)
            for _ in 1...2 {
                let read = try await client.send("PATCH", "/v1/notifications/\(ids[0])/read")
                #expect(read.status == 200)
                #expect(read.body["channels"]?["inApp"]?["status"] == "read")
                #expect(read.body["channels"]?["inApp"]?["readAt"]?.date != nil)
            }
            let inbox = try await client.send("GET", "/v1/users/u42/inbox").body
            #expect(inbox["unreadCount"] == 1)
            #expect(inbox["notifications"]?.array?.count == 2)
            let timeline = try await client.send("GET", "/v1/notifications/\(ids[0])/events").body["events"]?.array
            #expect(timeline?.map { $0["status"] } == ["read"])
        }
    }

    @Test func archivedNotificationIsReadAndOutOfTheListUntilItIsBroughtBack() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let ids = try await fill(3, client)
            func listed(_ query: String = "") async throws -> [String] {
                let page = try await client.send("GET", "/v1/users/u42/inbox?\(query)").body
                return page["notifications"]?.array?.compactMap { $0["id"]?.string }.sorted() ?? []
            }
            var archivedAt: JSON?
            for _ in 1...2 {
                let archived = try await client.send("PATCH", "/v1/notifications/\(ids[1])/archive")
                #expect(archived.status == 200)
                let state = try #require(archived.body["channels"]?["inApp"])
                #expect(state["status"] == "read")
                #expect(state["archivedAt"]?.date != nil)
                #expect(archivedAt == nil || archivedAt == state["archivedAt"], "doing it again changes nothing")
                archivedAt = state["archivedAt"]
            }
            #expect(try await listed() == [ids[0], ids[2]].sorted())
            #expect(try await listed("archived=true") == [ids[1]])
            #expect(try await listed("archived=true&status=read") == [ids[1]])
            #expect(try await listed("archived=true&status=unread") == [])
            #expect(try await listed("archived=false&status=read") == [])
            #expect(try await client.send("GET", "/v1/users/u42/inbox").body["unreadCount"] == 2)
            let timeline = try await client.send("GET", "/v1/notifications/\(ids[1])/events").body["events"]?.array
            #expect(timeline?.map { $0["status"] } == ["read"])
            let back = try await client.send("PATCH", "/v1/notifications/\(ids[1])/unarchive")
            #expect(back.body["channels"]?["inApp"]?["status"] == "read")
            #expect(back.body["channels"]?["inApp"]?["archivedAt"] == nil)
            #expect(try await listed() == ids.sorted())
        }
    }

    @Test func whatIsNotInAnInboxCannotBeRead() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await client.post(["to": ["email": "a@example.org"], "title": "x"])
            for path in [id, UUID().uuidString, "nonsense"] {
                for change in ["read", "archive", "unarchive"] {
                    let answer = try await client.send("PATCH", "/v1/notifications/\(path)/\(change)")
                    #expect(answer.status == 404)
                    #expect(answer.code == "notFound")
                }
            }
        }
    }

    @Test func inboxOfNobodyIsEmpty() async throws {
        try await withAPI { api in
            let answer = try await api.client().send("GET", "/v1/users/nobody/inbox")
            #expect(answer.status == 200)
            #expect(answer.body == ["notifications": [], "unreadCount": 0, "next": nil])
        }
    }

    @Test(arguments: [
        ("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("after=x", "after"),
        ("archived=x", "archived"),
    ])
    func badParametersAreRefusedByName(query: String, field: String) async throws {
        try await withAPI { api in
            let answer = try await api.client().send("GET", "/v1/users/u42/inbox?\(query)")
            #expect(answer.status == 422)
            #expect(answer.fields == ["\(field) invalid"])
        }
    }

    @Test func timelineOfANewNotificationIsEmptyAndOfNoneIsNotFound() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let id = try await client.post(["to": ["email": "a@example.org"], "title": "x"])
            let timeline = try await client.send("GET", "/v1/notifications/\(id)/events")
            #expect(timeline.status == 200)
            #expect(timeline.body == ["events": []])
            for path in [UUID().uuidString, "nonsense"] {
                #expect(try await client.send("GET", "/v1/notifications/\(path)").status == 404)
                #expect(try await client.send("GET", "/v1/notifications/\(path)/events").status == 404)
            }
        }
    }
}
