import Notifications
import Testing

struct TopicTests {
    @Test func topicIsMadeDescribedReadAndDeleted() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let made = try await client.send("PUT", "/v1/topics/news%20of%20the%20week", ["description": "Weekly."])
            #expect(made.status == 201)
            #expect(made.body["name"] == "news of the week" && made.body["description"] == "Weekly.")
            #expect(made.body["subscribers"] == 0)
            let again = try await client.send("PUT", "/v1/topics/news%20of%20the%20week", [:])
            #expect(again.status == 200 && again.body["description"] == nil as JSON)
            #expect(try await client.send("GET", "/v1/topics/news%20of%20the%20week").body == again.body)
            #expect(try await client.send("GET", "/v1/topics").body == ["items": [again.body], "next": nil])
            #expect(try await client.send("DELETE", "/v1/topics/news%20of%20the%20week").status == 204)
            #expect(try await client.send("DELETE", "/v1/topics/news%20of%20the%20week").status == 404)
            #expect(try await client.send("GET", "/v1/topics/news%20of%20the%20week").status == 404)
        }
    }

    @Test func subscribersComeAndGo() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let path = "/v1/topics/news/subscribers"
            #expect(try await client.send("PUT", path, ["userIds": ["ada"]]).status == 404)
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            let added = try await client.send("PUT", path, ["userIds": ["bob", "ada", "bob"]])
            #expect(added.status == 200 && added.body == ["added": 2, "subscribers": 2])
            let repeated = try await client.send("PUT", path, ["userIds": ["ada", "eve"]])
            #expect(repeated.body == ["added": 1, "subscribers": 3])

            let page = try await client.send("GET", "\(path)?limit=2").body
            #expect(page["items"]?.array?.map { $0["userId"] } == ["ada", "bob"])
            #expect(page["items"]?.array?.allSatisfy { $0["subscribedAt"]?.date != nil } == true)
            let next = try #require(page["next"]?.string)
            let rest = try await client.send("GET", "\(path)?limit=2&after=\(next)").body
            #expect(rest["items"]?.array?.map { $0["userId"] } == ["eve"] && rest["next"] == nil as JSON)

            #expect(try await client.send("DELETE", "\(path)/ada").status == 204)
            #expect(try await client.send("DELETE", "\(path)/ada").status == 404)
            let removed = try await client.send("DELETE", path, ["userIds": ["ada", "bob"]])
            #expect(removed.body == ["removed": 1, "subscribers": 1])
            #expect(try await client.send("DELETE", "/v1/topics/old/subscribers", ["userIds": ["a"]]).status == 404)
            #expect(try await client.send("GET", "/v1/topics/old/subscribers").status == 404)
            let topics = try await client.send("GET", "/v1/users/eve/topics").body
            #expect(topics["items"]?.array?.map { $0["name"] } == ["news"])
            #expect(try await client.send("GET", "/v1/users/ada/topics").body == ["items": [], "next": nil])
        }
    }

    @Test func wrongRequestsAreRefusedByName() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            let tooMany = JSON.array((0...1000).map { .string("u\($0)") })
            let requests: [(JSON, String)] = [
                ([:], "userIds missing"), (["userIds": []], "userIds missing"),
                (["userIds": "ada"], "userIds wrongType"), (["userIds": [1]], "userIds[0] wrongType"),
                (["userIds": ["a", ""]], "userIds[1] invalid"), (["userIds": tooMany], "userIds tooMany"),
                (["userIds": [.string(String(repeating: "x", count: 257))]], "userIds[0] tooLong"),
                (["userIds": ["a"], "users": []], "users unknown"),
            ]
            for (body, field) in requests {
                let answer = try await client.send("PUT", "/v1/topics/news/subscribers", body)
                #expect(answer.status == 422 && answer.fields == [field], "\(field): \(answer.fields)")
            }
            #expect(try await client.send("GET", "/v1/topics/news").body["subscribers"] == 0)
            let described = try await client.send("PUT", "/v1/topics/news", ["about": "x", "description": 1])
            #expect(described.fields == ["about unknown", "description wrongType"])
            let long = String(repeating: "x", count: 129)
            #expect(try await client.send("PUT", "/v1/topics/\(long)", [:]).fields == ["name tooLong"])
        }
    }

    @Test func topicsOfTwoTenantsWithOneNameAreTwoTopics() async throws {
        try await withAPI { api in
            let (mine, theirs) = (try await api.client(), try await api.client(tenant: "stranger"))
            _ = try await mine.send("PUT", "/v1/topics/news", [:])
            _ = try await mine.send("PUT", "/v1/topics/news/subscribers", ["userIds": ["ada"]])
            #expect(try await theirs.send("GET", "/v1/topics/news").status == 404)
            #expect(try await theirs.send("GET", "/v1/topics").body == ["items": [], "next": nil])
            #expect(try await theirs.send("GET", "/v1/topics/news/subscribers").status == 404)
            #expect(try await theirs.send("DELETE", "/v1/topics/news/subscribers/ada").status == 404)
            #expect(try await theirs.send("GET", "/v1/users/ada/topics").body == ["items": [], "next": nil])
            #expect(try await theirs.send("PUT", "/v1/topics/news", [:]).status == 201)
            #expect(try await theirs.send("DELETE", "/v1/topics/news").status == 204)
            #expect(try await mine.send("GET", "/v1/topics/news").body["subscribers"] == 1)
        }
    }
}
