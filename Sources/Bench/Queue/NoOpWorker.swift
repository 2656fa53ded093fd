import Documents
import Foundation
import Logging
public import Notifications
import Queue
import Redis
import Worker

/// A worker whose deliveries are nothing. It claims, runs a task for each job and settles in batches just as
/// `DeliveryWorker` does, only that it asks neither Postgres nor a provider.
public final class NoOpWorker: Sendable {
    public struct Configuration: Sendable {
        public var redisURL: String
        public var namespace: String
        public var routes: [Route]
        public var concurrency: Int
        /// Jobs in one claim, at most.
        public var batch: Int
        /// Where the probes that it handled are noted, in the format of the simulator's journal.
        public var journal: String?
        /// Of its one provider, on each route.
        public var limits: ProviderLimits

        public init(
            redisURL: String, namespace: String, routes: [Route], concurrency: Int, batch: Int, journal: String?,
            limits: ProviderLimits
        ) {
            self.redisURL = redisURL
            self.namespace = namespace
            self.routes = routes
            self.concurrency = concurrency
            self.batch = batch
            self.journal = journal
            self.limits = limits
        }
    }

    static let epoch: Int64 = 1
    static let lease: Duration = .seconds(30)
    static let provider = "none"
    /// Printed after the first look at a route.
    static let greeting = "ready"
    private static let settleBatch = 256
    private static let backlogLimit = 10_000

    private let configuration: Configuration
    private let queue: DeliveryQueue
    private let doorbell: Doorbell
    private let slots: Slots
    private let done = Gatherer<JobEnding>(capacity: .max)
    private let journal: ProbeJournal?
    private let parent = getppid()

    public init(_ configuration: Configuration) throws {
        self.configuration = configuration
        let logger = Logger.bench
        let redis = try RedisConfiguration(url: configuration.redisURL)
        queue = DeliveryQueue(
            redis: RedisClient(configuration: redis, logger: logger), namespace: configuration.namespace)
        doorbell = Doorbell(
            configuration: redis, namespace: configuration.namespace, routes: configuration.routes, logger: logger)
        slots = Slots(configuration.concurrency, routes: configuration.routes.count)
        journal = try configuration.journal.map { try ProbeJournal(path: $0) }
    }

    /// Works until it is killed, or whoever started it is gone.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.settle() }
            group.addTask { try await self.work() }
            try await group.next()
            group.cancelAll()
        }
    }

    private func settle() async throws {
        while true {
            let batch = await done.next(maximum: NoOpWorker.settleBatch)
            if batch.isEmpty { return }
            try await queue.end(batch)
        }
    }

    private func work() async throws {
        var state = LoopState(configuration.routes)
        var isNew = true
        try await withThrowingDiscardingTaskGroup { jobs in
            while getppid() == parent {
                await slots.waitForRoom()
                try await step(&state, &isNew, &jobs)
            }
        }
        done.finish()
    }

    private func step(
        _ state: inout LoopState, _ isNew: inout Bool, _ jobs: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws {
        if done.count > NoOpWorker.backlogLimit { return try await Task.sleep(for: .milliseconds(20)) }
        if state.isTimeToTend(now: .now) {
            let routes = try await queue.tend(
                configuration.routes, lease: NoOpWorker.lease, epochs: state.epochs)
            state.hasTended(findingWorkOn: routes, now: .now)
        }
        if state.isTimeToListen(now: .now) {
            state.hasHeard(try await queue.takeBells(of: configuration.routes), now: .now)
        }
        if let route = state.looks.next(now: .now) {
            if slots.room(for: route) < 1 {
                await slots.waitForRoom(for: route, atMost: state.patience(now: .now))
                return state.hasWaited(for: route, now: .now)
            }
            state.epochs[route] = NoOpWorker.epoch
            state.looks.replan(route, try await look(at: route, &jobs), now: .now)
            if isNew {
                print(NoOpWorker.greeting)
                fflush(nil)
            }
            isNew = false
        } else {
            let rung = try await doorbell.wait(atMost: state.wait(now: .now))
            state.hasHeard(rung.map { [$0] } ?? [], now: .now)
        }
    }

    private func look(
        at route: Route, _ tasks: inout ThrowingDiscardingTaskGroup<any Error>
    ) async throws -> NextLook {
        let limit = min(slots.room(for: route), configuration.batch)
        let answer = try await queue.claim(
            on: route, epoch: NoOpWorker.epoch, limit: limit, lease: NoOpWorker.lease,
            providers: [NoOpWorker.provider], limits: [NoOpWorker.provider: configuration.limits])
        if case .throttled(let lack, let next) = answer { return NextLook(lacking: lack, after: next) }
        guard case .jobs(let jobs, provider: _, let next) = answer else { return NextLook(after: nil) }
        slots.take(jobs.count, for: route)
        for job in jobs {
            tasks.addTask {
                self.journal?.note(job.id)
                _ = self.done.add(JobEnding(job, .settle))
                self.slots.giveBack(for: route)
            }
        }
        return NextLook(after: jobs.count == limit ? .zero : next)
    }
}
