import Documents
import Foundation
import Notifications
import Postgres
import Queue
import Synchronization
import Telemetry
import Testing

@testable import Worker

/// Topics with subscribers, and the clerk that makes their notifications.
final class BroadcastStage: Sendable {
    let pipeline: Pipeline
    let store: BroadcastStore
    let topics: TopicStore
    let metrics = ClerkMetrics()
    private let refused: Set<String>
    private typealias Step = @Sendable (BroadcastStage) async throws -> Void
    private let step = Mutex<(isMeant: @Sendable (UUID?) -> Bool, run: Step)>(({ _ in true }, { _ in }))
    private let log = Mutex<[UUID]>([])
    private let mostAtOnce: Int
    private let defaults: PreferenceDefaults

    private init(_ pipeline: Pipeline, refused: Set<String>, limit: Int?, mostAtOnce: Int) {
        self.pipeline = pipeline
        self.mostAtOnce = mostAtOnce
        self.refused = refused
        var defaults = PreferenceDefaults()
        defaults.limits = limit.map { [.email: RecipientLimit(count: $0, per: .seconds(86_400))] } ?? [:]
        self.defaults = defaults
        store = BroadcastStore(pool: pipeline.pool)
        topics = TopicStore(pool: pipeline.pool)
    }

    /// - Parameters:
    ///   - refused: users whose notifications the database does not take.
    ///   - limit: how many e-mails a user gets in a day; nil for any number.
    ///   - mostAtOnce: how many of them can be planned together.
    static func make(
        refused: Set<String> = [], limit: Int? = nil, mostAtOnce: Int = .max
    ) async throws -> BroadcastStage {
        BroadcastStage(try await Pipeline.make(), refused: refused, limit: limit, mostAtOnce: mostAtOnce)
    }

    func close() async { await pipeline.close() }

    /// `u0000`, `u0001` …, of whom every hundredth is not a known user.
    static func users(_ count: Int) -> [String] { (0..<count).map { "u\("000\($0)".suffix(4))" } }

    /// Makes a topic of these users and sends to it, as the API would.
    func broadcast(_ name: String, to users: [String], body: String = "") async throws -> Broadcast {
        let (topic, _) = try await topics.put(name, description: nil, tenant: "t1", at: Date())
        if !users.isEmpty { _ = try await topics.subscribe(users, to: name, tenant: "t1") }
        let broadcast = Broadcast(
            id: .version7(at: Date()), tenant: "t1", topic: name, topicId: topic.id, subscribers: users.count,
            request: ["to": ["topic": .string(name)], "channels": ["email"], "title": "Hello", "body": .string(body)],
            createdAt: Date())
        let writer = NotificationWriter(pool: pipeline.pool, logger: pipeline.logger) { _ in }
        async let running: Void = writer.run()
        let submission = Submission(tenant: "t1", notifications: [], broadcast: broadcast)
        #expect(try await writer.write(submission) == .accepted)
        writer.finish()
        try await running
        return broadcast
    }

    func broadcaster() -> Broadcaster {
        Broadcaster(
            store: store, canceller: Canceller(pool: pipeline.pool), queue: pipeline.queue, planner: self,
            clock: { Date() }, metrics: metrics, logger: pipeline.logger, onCommit: { await self.enqueue($0) })
    }

    /// What happens whenever a page is planned, before it is written; of one broadcast, or of all.
    func onPlan(of id: UUID? = nil, _ run: @escaping @Sendable (BroadcastStage) async throws -> Void) {
        step.withLock { $0 = ({ id == nil || id == $0 }, run) }
    }

    func onPlan(ofAllBut id: UUID, _ run: @escaping @Sendable (BroadcastStage) async throws -> Void) {
        step.withLock { $0 = ({ id != $0 }, run) }
    }

    /// The broadcasts of the pages that were committed, in order.
    var committed: [UUID] { log.withLock { $0 } }

    private func enqueue(_ accepted: [AcceptedNotification]) async {
        if let id = accepted.first?.content.broadcastId { log.withLock { $0.append(id) } }
        let jobs = accepted.flatMap { notification in
            notification.deliveries.map {
                QueuedDelivery(
                    id: notification.id, tenant: notification.tenant, priority: notification.content.priority,
                    cost: $0.cost, delay: .zero)
            }
        }
        do { try await pipeline.queue.enqueue(jobs, on: .email) } catch { Issue.record(error) }
    }

    /// Lets each third of the commits that move a broadcast on fail, once everything else of it is done.
    func failEveryThirdCommit() async throws {
        for statement: PostgresQuery in [
            "CREATE SEQUENCE commits",
            """
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('commits') % 3 = 0 THEN RAISE EXCEPTION 'the power is gone'; END IF;
                RETURN NULL;
            END $$
            """,
            """
            CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON broadcasts DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION fail()
            """,
        ] {
            try await pipeline.pool.query(statement)
        }
    }

    func read(_ broadcast: Broadcast) async throws -> Broadcast {
        try #require(try await store.broadcast(broadcast.id, tenant: "t1"))
    }

    /// Whose the notifications are; one who has two is there twice.
    func notifiedUsers() async throws -> [String] {
        try await pipeline.pool.query("SELECT user_id FROM notifications ORDER BY user_id").map { try $0.get(0) }
    }

    /// How many documents ended how.
    func statuses() async throws -> [String: Int] {
        let rows = try await pipeline.pool.query(
            "SELECT channels -> 'email' ->> 'status', count(*) FROM notifications GROUP BY 1")
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.get(0), try $0.get(1)) })
    }
}

extension BroadcastStage: NotificationPlanner {
    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [RecipientPlan] {
        let (isMeant, run) = step.withLock { $0 }
        if isMeant(draft.broadcastId) { try await run(self) }
        if draft.to.count > mostAtOnce { throw TooManyAtOnce() }
        return draft.to.map { recipient in plan(draft, recipient, tenant: tenant, at: now) }
    }

    private func plan(
        _ draft: NotificationDraft, _ recipient: Recipient, tenant: String, at now: Date
    ) -> RecipientPlan {
        guard let userId = recipient.userId, !userId.hasSuffix("00") else {
            return .rejected(
                FieldProblem(field: "", code: .invalid, message: "is not known", reason: "unknownUser"))
        }
        var known = recipient
        known.email = "\(userId)@example.org"
        var content = NotificationContent(draft, to: known, at: now)
        if refused.contains(userId) { content.title = "\0" }
        var accepted = AcceptedNotification(
            id: .version7(at: now), tenant: tenant, content: content, channels: draft.channels, resolved: known,
            providedRoutes: [.email], at: now)
        accepted.obey(SendingRules(defaults, for: known))
        return .accepted(accepted)
    }
}
