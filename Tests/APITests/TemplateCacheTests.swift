import Documents
import Events
import Notifications
import Postgres
import Redis
import Templates
import TestSupport
import Testing

@testable import API

/// Templates that an API process keeps: nobody waits for a change of them.
struct TemplateCacheTests {
    private func put(_ text: String, _ client: Client) async throws {
        let body: JSON = ["channels": ["sms": ["default": ["body": .string(text)]]]]
        try #require(try await client.send("PUT", "/v1/templates/greeting", body).status < 300)
    }

    @Test func whoeverChangesATemplateIsFollowedByItsNextNotification() async throws {
        try await withAPI { api in
            let client = try await api.client()
            for text in ["one", "two", "three"] {
                try await put(text, client)
                for _ in 0..<3 {
                    let answer = try await client.send(
                        "POST", "/v1/notifications", ["to": ["phone": "+46701234567"], "template": "greeting"])
                    #expect(answer.body["body"] == .string(text))
                }
            }
            #expect(try await client.send("POST", "/v1/templates/greeting/activate", ["version": 1]).status == 204)
            let preview = try await client.send("POST", "/v1/templates/greeting/preview", [:])
            #expect(preview.body["channels"] == ["sms": ["body": "one"]])
            #expect(try await client.send("DELETE", "/v1/templates/greeting").status == 204)
            #expect(try await client.send("POST", "/v1/templates/greeting/preview", [:]).status == 404)
        }
    }

    @Test func otherProcessesKeepATemplateUntilTheyHearOfAChange() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await put("one", client)
            try await withOtherProcess(api) { shelf in
                func version() async throws -> Int? {
                    try await shelf.set(TemplateChoice(name: "greeting"), tenant: api.tenant)?.version
                }
                #expect(try await version() == 1)
                try await eventually("the template is kept") {
                    let before = try await version()
                    // Behind everybody's back.
                    try await api.pool.query("UPDATE templates SET active_version = NULL")
                    let after = try await version()
                    try await api.pool.query("UPDATE templates SET active_version = 1")
                    return before == 1 && after == 1
                }
                try await put("two", client)
                try await eventually("the other process knows") { try await version() == 2 }
            }
        }
    }

    /// What a version says never changes; that there is one does.
    @Test func otherProcessesKeepAVersionUntilItIsRemoved() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await put("one", client)
            try await withOtherProcess(api) { shelf in
                func channels() async throws -> Set<NotificationChannel>? {
                    let choice = TemplateChoice(name: "greeting", version: 1)
                    return try await shelf.set(choice, tenant: api.tenant)?.root.channels
                }
                try await eventually("the version is kept") {
                    let before = try await channels()
                    // Behind everybody's back.
                    try await api.pool.query("UPDATE template_versions SET version = 7")
                    let after = try await channels()
                    try await api.pool.query("UPDATE template_versions SET version = 1")
                    return before == [.sms] && after == [.sms]
                }
                #expect(try await client.send("DELETE", "/v1/templates/greeting").status == 204)
                try await eventually("the other process knows") { try await channels() == nil }
            }
        }
    }

    /// The shelf of another process on the same servers, which forgets nothing by itself.
    private func withOtherProcess(_ api: TestAPI, _ body: (TemplateShelf) async throws -> Void) async throws {
        let shelf = TemplateShelf(
            store: TemplateStore(pool: api.pool), metrics: LookupMetrics(), lifetime: .seconds(3600))
        let subscriber = RedisSubscriber(configuration: api.redisConfiguration, logger: quiet)
        let relay = StaleRelay(subscriber: subscriber, listeners: [shelf.cache], logger: quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await relay.run() }
            defer { group.cancelAll() }
            try await body(shelf)
        }
    }
}
