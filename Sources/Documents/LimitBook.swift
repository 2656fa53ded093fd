public import Notifications
import Synchronization

/// The limits of all providers as this process knows them: never older than a few seconds, and at once what it has set
/// itself.
public final class LimitBook: Sendable {
    private struct Page {
        var limits: [Route: [String: ProviderLimits]] = [:]
        /// Nil before the first reading, and when it is to be read again.
        var readAt: ContinuousClock.Instant?
        /// Counts what was set here: a reading that began before may not know of it.
        var changes = 0
    }

    private static let lifetime: Duration = .seconds(5)

    private let store: ProviderLimitStore
    private let page = Mutex(Page())

    public init(store: ProviderLimitStore) {
        self.store = store
    }

    /// By provider's name. Reads them again when what is known is too old, and fails when it cannot: nobody sends by
    /// limits that may have been changed long ago.
    public func limits(on route: Route, now: ContinuousClock.Instant = .now) async throws -> [String: ProviderLimits] {
        let known = page.withLock { $0 }
        if let readAt = known.readAt, now - readAt < LimitBook.lifetime { return known.limits[route] ?? [:] }
        let limits = try await store.all()
        page.withLock { page in
            if page.changes == known.changes { page = Page(limits: limits, readAt: now, changes: known.changes) }
        }
        return limits[route] ?? [:]
    }

    /// As of now, whatever is remembered.
    public func all() async throws -> [Route: [String: ProviderLimits]] { try await store.all() }

    /// Keeps limits, instead of those there were; `none` forgets them. This process knows them from now on, the others
    /// within seconds.
    public func set(_ limits: ProviderLimits, route: Route, provider: String) async throws {
        try await store.set(limits, route: route, provider: provider)
        page.withLock { page in
            page.readAt = nil
            page.changes += 1
        }
    }
}
