import BelfryClient
import Documents
import Foundation
import Notifications
import Testing

/// Webhooks, keys, queues, the log and the figures, by the client.
@Suite(.timeLimit(.minutes(3))) struct TypedClientOperatorTests {
    @Test func aWebhookIsMadeChangedTriedAndForgotten() async throws {
        try await withTypedClient { _, client in
            let terms = WebhookTerms(
                url: "https://example.org/hook", description: "Support", events: ["notification.failed"],
                channels: [.email, .sms])
            let (made, secret) = try await client.makeWebhook(terms)
            #expect(secret.hasPrefix("whsec_") && !"\(made)".contains(secret))
            #expect(made.terms.url == terms.url && made.terms.description == "Support")
            #expect(made.terms.events == terms.events && made.terms.channels == terms.channels)
            #expect(made.terms.isEnabled == true && made.disabledReason == nil)
            #expect(try await client.webhooks() == [made])
            #expect(try await client.testWebhook(made.id).hasPrefix("test_"))
            let since = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down) - 60)
            #expect(try await client.replayWebhook(made.id, since: since).replayingSince == since)
            let rotated = try await client.rotateWebhook(made.id, overlap: .seconds(3600))
            #expect(rotated.webhook.id == made.id && rotated.secret != secret)
            var changed = made.terms
            changed.events = []
            changed.isEnabled = false
            let disabled = try await client.putWebhook(made.id, changed)
            #expect(disabled.terms == changed && disabled.disabledReason == "owner")
            #expect(try await client.webhook(made.id) == disabled)
            try await client.removeWebhook(made.id)
            #expect(try await client.webhooks().isEmpty)
        }
    }

    @Test func aKeyIsMadeRotatedAndRevoked() async throws {
        try await withTypedClient { _, client in
            let terms = KeyTerms(
                name: "shop", scopes: [.send, .read], isTest: true, rate: 50, lifetime: .seconds(86_400))
            let (made, key) = try await client.makeKey(terms)
            #expect(key.hasPrefix("bf_test_") && !"\(made)".contains(key))
            #expect(made.name == "shop" && made.scopes == [.send, .read] && made.isTest && made.rate == 50)
            #expect(made.state == "valid" && (made.expiresAt?.timeIntervalSinceNow ?? 0) > 86_000)
            let rotated = try await client.rotateKey(made.id, overlap: .zero)
            #expect(rotated.report.scopes == made.scopes && rotated.key != key)
            let keys = try await client.keys().items
            #expect(keys.count == 3 && keys.contains { $0.id == made.id && $0.replacedBy == rotated.report.id })
            try await client.revokeKey(rotated.report.id)
            let revoked = try await client.keys().items.first { $0.id == rotated.report.id }
            #expect(revoked?.state == "revoked" && revoked?.revokedAt != nil)
        }
    }

    @Test func aQueueIsAskedForWithItsPermits() async throws {
        try await withTypedClient { _, client in
            let report = try await client.queue("email")
            #expect(report.route == "email" && report.permits == 0 && report.total.ready == 0)
        }
    }

    @Test func theLogIsReadPageByPage() async throws {
        try await withTypedClient { api, client in
            let events = [
                try await api.log(api.event()), try await api.log(api.event(channel: .push, status: "failed")),
            ]
            let first = try await client.eventLog(limit: 1)
            #expect(first.events.map(\.id) == [events[0].id] && first.remaining)
            let second = try await client.eventLog(after: first.next)
            #expect(second.events.map(\.id) == [events[1].id] && !second.remaining)
            var query = EventQuery(channels: [.push, .sms])
            query.statuses = ["failed", "bounced"]
            #expect(try await client.eventLog(query).events.map(\.status) == ["failed"])
            query.statuses = ["sent"]
            #expect(try await client.eventLog(query).events.isEmpty)
        }
    }

    @Test func figuresAreThoseOfWhatWasAccepted() async throws {
        try await withTypedClient { api, client in
            _ = try await client.send(NotificationRequest(toUser: "u42", channels: [.inApp], title: "x"))
            let tally = StatsTally(pool: api.pool)
            while try await tally.countAccepted(before: Date().addingTimeInterval(60)) {}
            var query = StatsQuery(by: .day)
            query.channel = .inApp
            let stats = try await client.stats(query)
            #expect(stats["by"] == "day" && stats["total"]?["notifications"] == 1)
            query.type = .system
            #expect(try await client.stats(query)["total"]?["notifications"] == 0)
            query.until = Date().addingTimeInterval(-86_400)
            query.since = query.until?.addingTimeInterval(-86_400)
            #expect(try await client.stats(query)["items"] == [])
        }
    }
}
