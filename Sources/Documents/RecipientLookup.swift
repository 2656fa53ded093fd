public import Notifications
public import Postgres
public import ServiceLifecycle

/// Looks up the users of many requests in one statement: each lane asks for whatever has gathered as soon as it is free.
/// No request waits for a timer, and under load one round trip serves dozens.
public final class RecipientLookup: Service, Sendable {
    private static let batchSize = 256
    private static let lanes = 2

    private let store: RecipientStore
    private let waiting: Gatherer<Entry>

    /// - Parameter capacity: requests that may wait; more are refused.
    public init(pool: PostgresPool, capacity: Int = 10_000) {
        store = RecipientStore(pool: pool)
        waiting = Gatherer(capacity: capacity)
    }

    /// The known ones of these users, by id.
    /// - Throws: `overloaded` without asking; `unavailable` when Postgres does not answer in the pool's time limits.
    public func users(_ userIds: [String], tenant: String) async throws(DocumentsError) -> [String: Recipient] {
        let entry = Entry(tenant: tenant, userIds: userIds)
        guard waiting.add(entry) else { throw .overloaded }
        return try await entry.answer.value()
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
        let wanted = batch.flatMap { entry in entry.userIds.map { TenantUser(tenant: entry.tenant, userId: $0) } }
        do {
            let known = try await store.users(Array(Set(wanted)))
            for entry in batch {
                let pairs = entry.userIds.compactMap { id in
                    known[TenantUser(tenant: entry.tenant, userId: id)].map { (id, $0) }
                }
                entry.answer.keep(.success(Dictionary(pairs, uniquingKeysWith: { first, _ in first })))
            }
        } catch {
            // Those who came meanwhile have waited for the same Postgres: they are not made to wait as long again.
            for entry in batch + waiting.takeAll() { entry.answer.keep(.failure(.unavailable)) }
        }
    }

    /// One request's users on their way.
    private struct Entry: Sendable {
        let tenant: String
        let userIds: [String]
        let answer = Promise<Result<[String: Recipient], DocumentsError>>()
    }
}

/// A user, as known across tenants.
struct TenantUser: Sendable, Hashable {
    var tenant: String
    var userId: String
}
