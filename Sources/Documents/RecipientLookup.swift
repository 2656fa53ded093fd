public import Notifications
public import Postgres
public import ServiceLifecycle

/// Looks up the users of many requests in one statement: each lane asks for whatever has gathered as soon as it is free.
/// No request waits for a timer, and under load one round trip serves dozens. Who was looked up a moment ago is not looked
/// up again: addresses are read once more when a message is sent, so old ones can at most plan it for the wrong routes.
public final class RecipientLookup: Service, Sendable {
    private static let batchSize = 256
    private static let lanes = 2

    private let store: RecipientStore
    private let waiting: Gatherer<Entry>
    private let known: LookupCache<TenantUser, Recipient>

    /// Bytes of JSON, which take a few times as much in memory.
    private static let cachedBytes = 8 << 20

    /// - Parameters:
    ///   - lifetime: how long a user is kept; zero asks each time.
    ///   - capacity: requests that may wait; more are refused.
    public init(
        pool: PostgresPool, lifetime: Duration = .zero, capacity: Int = 10_000,
        metrics: LookupMetrics = LookupMetrics()
    ) {
        store = RecipientStore(pool: pool)
        waiting = Gatherer(capacity: capacity)
        known = LookupCache(
            .recipients, lifetime: lifetime, capacity: RecipientLookup.cachedBytes, weigh: RecipientLookup.bytes,
            metrics: metrics
        ) { TenantUser(tenant: $0.tenant, userId: $0.key) }
    }

    private static func bytes(_ user: Recipient) -> Int {
        user.json.utf8.count + (user.preferences?.json.utf8.count ?? 0)
    }

    /// To be told which users are not as they were.
    public var cache: any StaleListener { known }

    /// The known ones of these users, by id.
    /// - Throws: `overloaded` without asking; `unavailable` when Postgres does not answer in the pool's time limits.
    public func users(_ userIds: [String], tenant: String) async throws(DocumentsError) -> [ExactText: Recipient] {
        let keys = Array(Set(userIds.map { TenantUser(tenant: tenant, userId: $0) }))
        let found = try await known.values(of: keys) { missing async throws(DocumentsError) in
            let entry = Entry(users: missing)
            guard waiting.add(entry) else { throw .overloaded }
            return try await entry.answer.value()
        }
        return Dictionary(uniqueKeysWithValues: found.map { (ExactText($0.userId), $1) })
    }

    public func run() async throws {
        await withTaskCancellationOrGracefulShutdownHandler {
            await withTaskGroup(of: Void.self) { lanes in
                for _ in 0..<RecipientLookup.lanes { lanes.addTask { await self.runLane() } }
            }
        } onCancelOrGracefulShutdown: {
            self.waiting.finish()
        }
    }

    private func runLane() async {
        while true {
            let batch = await waiting.next(maximum: RecipientLookup.batchSize)
            if batch.isEmpty { return }
            await answer(batch)
        }
    }

    private func answer(_ batch: [Entry]) async {
        do {
            let found = try await store.users(Array(Set(batch.flatMap(\.users))))
            for entry in batch {
                let pairs = entry.users.compactMap { user in found[user].map { (user, $0) } }
                entry.answer.keep(.success(Dictionary(uniqueKeysWithValues: pairs)))
            }
        } catch {
            // Those who came meanwhile have waited for the same Postgres: they are not made to wait as long again.
            for entry in batch + waiting.takeAll() { entry.answer.keep(.failure(.unavailable)) }
        }
    }

    /// One request's users on their way.
    private struct Entry: Sendable {
        /// Each once.
        let users: [TenantUser]
        let answer = Promise<Result<[TenantUser: Recipient], DocumentsError>>()
    }
}

/// A user, as known across tenants.
struct TenantUser: Sendable, Hashable {
    var tenant: String
    var userId: String { user.text }
    private var user: ExactText

    init(tenant: String, userId: String) {
        self.tenant = tenant
        user = ExactText(userId)
    }
}
