public import Notifications

/// What tenants have set for all of their users, as this process knows it: never older than a few seconds. Every request to
/// notify asks for it.
public struct PreferenceBook: Sendable {
    private let store: PreferenceStore
    private let known: LookupCache<String, PreferenceDefaults>

    private static let lifetime: Duration = .seconds(5)

    public init(store: PreferenceStore, metrics: LookupMetrics = LookupMetrics()) {
        self.store = store
        // Kept while Redis is away too: else each request would ask Postgres.
        known = LookupCache(.preferences, lifetime: PreferenceBook.lifetime, needsNews: false, metrics: metrics) {
            $0.tenant
        }
    }

    /// To be told which tenants have changed theirs.
    public var cache: any StaleListener { known }

    public func defaults(of tenant: String) async throws -> PreferenceDefaults {
        try await known.value(of: tenant) { try await store.defaults(of: tenant) } ?? PreferenceDefaults()
    }
}
