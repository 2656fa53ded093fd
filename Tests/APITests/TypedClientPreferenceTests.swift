import BelfryClient
import Foundation
import Notifications
import Testing

/// What users want, by the client.
@Suite(.timeLimit(.minutes(3))) struct TypedClientPreferenceTests {
    @Test func aUsersPreferencesAreKeptAndHeeded() async throws {
        try await withTypedClient { _, client in
            var user = Recipient(userId: "ada")
            user.email = "ada@example.org"
            _ = try await client.putUser("ada", user)
            #expect(try await client.preferences(of: "ada") == Preferences())
            var wishes = Preferences()
            wishes.types = [.marketing: [.email: false]]
            wishes.categories = ["order news": [.push: true]]
            wishes.quietHours = QuietHours(from: 22 * 60, to: 7 * 60, days: [.fri, .sat])
            #expect(try await client.putPreferences(wishes, of: "ada") == wishes)
            #expect(try await client.preferences(of: "ada") == wishes)
            var request = NotificationRequest(toUser: "ada", channels: [.email], title: "x")
            request.type = .marketing
            #expect(try await client.send(request).notification?.channels[.email]?.status == "skipped")
        }
    }

    @Test func theTenantsHoldForAllOfItsUsers() async throws {
        try await withTypedClient { _, client in
            var defaults = try await client.preferenceDefaults()
            #expect(defaults == PreferenceDefaults())
            defaults.timezone = "Europe/Stockholm"
            defaults.criticalPasses = [.quietHours]
            defaults.limits = [.push: RecipientLimit(count: 10, per: .seconds(3600))]
            defaults.overLimit = .waits
            #expect(try await client.putPreferenceDefaults(defaults) == defaults)
            #expect(try await client.preferenceDefaults() == defaults)
        }
    }
}
