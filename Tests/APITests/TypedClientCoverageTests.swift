import AsyncHTTPClient
import BelfryClient
import Foundation
import NIOCore
import Notifications
import TestSupport
import Testing

/// Whether the client reaches whatever a program may ask of the API.
@Suite(.timeLimit(.minutes(3))) struct TypedClientCoverageTests {
    /// What is for providers, mail clients, browsers and whoever watches the process.
    private static let notForPrograms: Set<String> = [
        "POST /v1/receipts/{provider}", "GET /v1/receipts/{provider}", "GET /v1/unsubscribe/{token}",
        "POST /v1/unsubscribe/{token}", "GET /health", "GET /health/live", "GET /health/ready", "GET /metrics",
        "GET /openapi.json", "GET /docs", "GET /docs/app.js", "GET /docs/style.css",
    ]

    @Test func everyOperationOfTheDescriptionIsReached() async throws {
        try await withTypedClient { api, client in
            try await useNotifications(api, client)
            try await useUsers(client)
            try await useTopics(client)
            try await useTemplates(client)
            try await useOperations(client)
            try await useWebhooksAndKeys(client)
            let described = Set(Description.operations.map(\.name))
            #expect(Self.notForPrograms.subtracting(described) == [])
            #expect(described.subtracting(Self.notForPrograms).subtracting(try await served(api)).sorted() == [])
        }
    }

    /// What was answered by 2xx, by the count of the server.
    private func served(_ api: TestAPI) async throws -> Set<String> {
        let request = Client(url: api.url).request("GET", "/metrics")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let text = String(buffer: try await response.body.collect(upTo: 16 << 20))
        let lines = text.matches(
            of: /belfry_requests_total\{method="(\w+)",path="([^"]+)",status="2xx"\} (\d+)/)
        return Set(lines.filter { $0.output.3 != "0" }.map { "\($0.output.1) \($0.output.2)" })
    }

    private func useNotifications(_ api: TestAPI, _ client: BelfryClient) async throws {
        let request = NotificationRequest(toUser: "ada", channels: [.inApp], title: "x")
        let id = try #require(try await client.send(request).notification?.id)
        _ = try await client.sendBatch([request])
        _ = try await client.explain(request)
        _ = try await client.notification(id)
        _ = try await client.notifications()
        _ = try await client.timeline(of: id)
        _ = try await client.retry(id)
        _ = try await client.cancel(id)
        _ = try await client.cancel(cancellationKey: "k")
        _ = try await client.markRead(id)
        _ = try await client.archive(id)
        _ = try await client.unarchive(id)
        _ = try await client.eventLog()
        _ = try await client.stats()
        try await client.events(EventQuery()) { _ in false }
    }

    private func useUsers(_ client: BelfryClient) async throws {
        _ = try await client.putUser("ada", Recipient())
        _ = try await client.putUsers([Recipient(userId: "bob")])
        _ = try await client.user("ada")
        _ = try await client.users()
        try await client.putDevice(Device(id: "phone", route: .fcm, token: "t"), of: "ada")
        _ = try await client.devices(of: "ada")
        try await client.removeDevice("phone", of: "ada")
        _ = try await client.putPreferences(client.preferences(of: "ada"), of: "ada")
        _ = try await client.putPreferenceDefaults(client.preferenceDefaults())
        _ = try await client.inbox(of: "ada")
        _ = try await client.readInbox(of: "ada")
        try await client.suppress("ada@example.org", on: .email)
        _ = try await client.suppression(of: "ada@example.org", on: .email)
        try await client.liftSuppression(of: "ada@example.org", on: .email)
        try await client.eraseUser("ada")
    }

    private func useTopics(_ client: BelfryClient) async throws {
        _ = try await client.putTopic("news")
        _ = try await client.topic("news")
        _ = try await client.topics()
        _ = try await client.subscribe(["ada"], to: "news")
        _ = try await client.subscribers(of: "news")
        _ = try await client.topics(of: "ada")
        let broadcast = try await client.send(NotificationRequest(toTopic: "news", title: "x")).broadcast
        let id = try #require(broadcast?.id)
        _ = try await client.broadcast(id)
        _ = try await client.broadcasts()
        _ = try await client.cancelBroadcast(id)
        try await client.unsubscribe("ada", from: "news")
        _ = try await client.unsubscribe(["ada"], from: "news")
        try await client.removeTopic("news")
    }

    private func useTemplates(_ client: BelfryClient) async throws {
        let content: JSON = ["inApp": ["default": ["title": "Hello"]]]
        _ = try await client.putTemplate("greeting", JSONObject([("channels", content)]))
        _ = try await client.template("greeting")
        _ = try await client.templates()
        _ = try await client.templateVersions(of: "greeting")
        try await client.activateTemplate("greeting", version: 1)
        _ = try await client.previewTemplate("greeting")
        try await client.removeTemplate("greeting")
    }

    private func useOperations(_ client: BelfryClient) async throws {
        _ = try await client.queues()
        _ = try await client.queue("email")
        _ = try await client.pause("email")
        _ = try await client.resume("email")
        _ = try await client.rebuild("email")
        _ = try await client.providers()
        _ = try await client.limit("first", on: "email", to: .none)
        _ = try await client.deadLetters()
        _ = try await client.redrive(DeadLetterQuery(), limit: 1, dryRun: true)
    }

    private func useWebhooksAndKeys(_ client: BelfryClient) async throws {
        let terms = WebhookTerms(url: "https://example.org/hook")
        let webhook = try await client.makeWebhook(terms).webhook.id
        _ = try await client.webhooks()
        _ = try await client.webhook(webhook)
        _ = try await client.putWebhook(webhook, terms)
        _ = try await client.rotateWebhook(webhook)
        _ = try await client.testWebhook(webhook)
        _ = try await client.replayWebhook(webhook, since: Date())
        try await client.removeWebhook(webhook)
        let key = try await client.makeKey(KeyTerms(name: "k", scopes: [.read])).report.id
        _ = try await client.keys()
        _ = try await client.rotateKey(key)
        try await client.revokeKey(key)
    }
}
