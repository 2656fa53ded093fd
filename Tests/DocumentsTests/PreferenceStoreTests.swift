import Documents
import Notifications
import Testing

@Suite struct PreferenceStoreTests {
    private var noSMS: Preferences {
        var preferences = Preferences()
        preferences.channels = [.sms: false]
        preferences.categories = ["weekly": [.email: false]]
        preferences.quietHours = QuietHours(from: 60, to: 120)
        return preferences
    }

    @Test func preferencesAreReplacedAndReadWithTheUser() async throws {
        try await withDatabase { database in
            let store = PreferenceStore(pool: database.pool)
            let users = RecipientStore(pool: database.pool)
            _ = try await users.put(Recipient(userId: "ada"), userId: "ada", tenant: "acme", replacesDevices: false)
            #expect(try await store.preferences(of: "ada", tenant: "acme") == Preferences())
            #expect(try await users.user("ada", tenant: "acme")?.preferences == nil)
            #expect(try await store.set(noSMS, of: "ada", tenant: "acme"))
            #expect(try await store.preferences(of: "ada", tenant: "acme") == noSMS)
            #expect(try await users.user("ada", tenant: "acme")?.preferences == noSMS)
            #expect(try await store.set(Preferences(), of: "ada", tenant: "acme"))
            #expect(try await store.preferences(of: "ada", tenant: "acme") == Preferences())
        }
    }

    @Test func whoIsUnknownHasNone() async throws {
        try await withDatabase { database in
            let store = PreferenceStore(pool: database.pool)
            let users = RecipientStore(pool: database.pool)
            _ = try await users.put(Recipient(userId: "ada"), userId: "ada", tenant: "acme", replacesDevices: false)
            #expect(try await store.set(noSMS, of: "bob", tenant: "acme") == false)
            #expect(try await store.set(noSMS, of: "ada", tenant: "globex") == false)
            #expect(try await store.preferences(of: "ada", tenant: "globex") == nil)
            #expect(try await database.count("preferences") == 0)
        }
    }

    @Test func defaultsAreOneTenantsAndKnownAtOnceToWhomeverIsTold() async throws {
        try await withDatabase { database in
            let told = Collected<StaleEntry>()
            var store = PreferenceStore(pool: database.pool)
            let book = PreferenceBook(store: store)
            store.onChange = { entries in
                for entry in entries { book.cache.hear(.stale(entry)) }
                told.add(entries)
            }
            var defaults = PreferenceDefaults()
            #expect(try await book.defaults(of: "acme") == defaults)
            defaults.preferences = noSMS
            defaults.timezone = "Europe/Stockholm"
            try await store.set(defaults, of: "acme")
            #expect(try await book.defaults(of: "acme") == defaults)
            #expect(try await book.defaults(of: "globex") == PreferenceDefaults())
            #expect(try await store.defaults(of: "acme") == defaults)

            let users = RecipientStore(pool: database.pool)
            _ = try await users.put(Recipient(userId: "ada"), userId: "ada", tenant: "acme", replacesDevices: false)
            _ = try await store.set(noSMS, of: "bob", tenant: "acme")
            _ = try await store.set(noSMS, of: "ada", tenant: "acme")
            #expect(
                told.elements == [
                    StaleEntry(.preferences, tenant: "acme", key: ""),
                    StaleEntry(.recipients, tenant: "acme", key: "ada"),
                ])
        }
    }
}
