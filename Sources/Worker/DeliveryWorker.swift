public import Documents
public import Foundation
public import Logging
import Notifications
public import Postgres
public import Queue
public import ServiceLifecycle
import Synchronization
public import Telemetry

/// The loop: claim → permit → render → deliver → record → settle. Any number of processes may run it.
///
/// Claims and permits are taken one batch after another, so batches grow while slots are scarce; what is granted runs
/// beside the loop, bounded by the slots.
public final class DeliveryWorker: Service, Sendable {
    private let configuration: WorkerConfiguration
    private let queue: DeliveryQueue
    private let limits: LimitBook
    private let doorbell: Doorbell
    private let desk: PermitDesk
    private let rebuilder: Rebuilder
    private let reporter: OutcomeReporter
    private let runner: DeliveryRunner
    private let suspects = SuspectGate()
    private let slots: Slots
    private let metrics: WorkerMetrics
    private let logger: Logger

    /// - Parameters:
    ///   - pool: connections with `plansByKey`.
    ///   - limits: of the providers.
    ///   - doorbell: of the configuration's routes.
    ///   - clock: the time of Postgres, for documents.
    ///   - metrics: has no other worker's metrics.
    public init(
        configuration: WorkerConfiguration, pool: PostgresPool, queue: DeliveryQueue, limits: LimitBook,
        doorbell: Doorbell, clock: @escaping @Sendable () -> Date, metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger
    ) {
        let providers = configuration.providers.mapValues { $0.map(\.name) }
        self.metrics = WorkerMetrics(metrics, providers: providers)
        self.configuration = configuration
        self.queue = queue
        self.limits = limits
        self.doorbell = doorbell
        self.logger = logger
        slots = Slots(configuration.concurrency, routes: configuration.routes.count)
        rebuilder = Rebuilder(
            pool: pool, queue: queue, configuration: configuration, metrics: self.metrics, logger: logger)
        reporter = OutcomeReporter(
            recorder: OutcomeRecorder(pool: pool), queue: queue, circuits: configuration.circuits,
            metrics: self.metrics, logger: logger)
        desk = PermitDesk(
            permits: PermitStore(
                pool: pool, timing: configuration.timing, maximumAttempts: configuration.retryPolicy.maximumAttempts,
                metrics: PermitMetrics(metrics)),
            timing: configuration.timing, queue: queue, reporter: reporter, suspects: suspects, clock: clock,
            logger: logger)
        runner = DeliveryRunner(
            configuration: configuration, reporter: reporter,
            door: EndpointDoor(
                queue: queue, lease: configuration.timing.lease, circuits: configuration.circuits.ofEndpoints,
                metrics: self.metrics, logger: logger),
            metrics: self.metrics, clock: clock, logger: logger)
    }

    /// Works until shutdown: stops claiming at once, lets what is under way end (bounded), hands in every result.
    public func run() async throws {
        logger.notice("worker started", metadata: ["routes": "\(configuration.routes.map(\.rawValue))"])
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.reporter.run() }
            await withDiscardingTaskGroup { deliveries in
                await loop(&deliveries)
                await drain()
                deliveries.cancelAll()
            }
            reporter.finish()
        }
        await doorbell.shutdown()
        logger.notice("worker stopped")
    }

    private var isStopping: Bool { Task.isShuttingDownGracefully || Task.isCancelled }

    private func drain() async {
        let end = ContinuousClock.now + configuration.drainTimeout
        while slots.free < slots.capacity, ContinuousClock.now < end, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private func loop(_ deliveries: inout DiscardingTaskGroup) async {
        var state = LoopState(configuration.routes)
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        while !isStopping {
            await withTaskCancellationOrGracefulShutdownHandler {
                await slots.waitForRoom()
            } onCancelOrGracefulShutdown: {
                self.slots.wake()
            }
            if isStopping { return }
            do {
                try await step(&state, &deliveries)
                failures = 0
            } catch {
                if isStopping { return }
                failures += 1
                logger.warning("the worker's loop failed, trying again", metadata: ["error": "\(error)"])
                try? await Task.sleep(for: DeliveryWorker.backoff.delay(afterAttempt: failures, using: &generator))
            }
        }
    }

    private static let backoff = RetryPolicy(base: .milliseconds(100), factor: 2, cap: .seconds(2))

    /// One look at one route, or a sleep until there is one worth it.
    private func step(_ state: inout LoopState, _ deliveries: inout DiscardingTaskGroup) async throws {
        if reporter.isBehind { return try await Task.sleep(for: .milliseconds(20)) }
        if state.isTimeToTend(now: .now) {
            let routes = try await queue.tend(
                configuration.routes, lease: configuration.timing.lease, epochs: state.epochs)
            state.hasTended(findingWorkOn: routes, now: .now)
        }
        if state.isTimeToListen(now: .now) {
            state.hasHeard(try await queue.takeBells(of: configuration.routes), now: .now)
        }
        if let route = state.looks.next(now: .now) {
            if slots.room(for: route) < 1 {
                // The route has its share. Neither a bell nor another route would end this wait, so it is short.
                await slots.waitForRoom(for: route, atMost: state.patience(now: .now))
                return state.hasWaited(for: route, now: .now)
            }
            // In case it fails; if not, the look itself says when to come back.
            state.looks.look(at: route, after: .seconds(1), now: .now)
            let next = try await look(at: route, &state.epochs, &deliveries)
            state.looks.replan(route, next, now: .now)
        } else {
            let wait = state.wait(now: .now)
            let rung = try await cancelWhenGracefulShutdown { try await self.doorbell.wait(atMost: wait) }
            state.hasHeard(rung.map { [$0] } ?? [], now: .now)
        }
    }

    /// Claims from one route and starts what was claimed.
    /// - Returns: when to look again.
    private func look(
        at route: Route, _ epochs: inout [Route: Int64], _ deliveries: inout DiscardingTaskGroup
    ) async throws -> NextLook {
        guard let providers = configuration.providers[route] else { return NextLook(after: nil) }
        let epoch: Int64
        if let known = epochs[route] { epoch = known } else { epoch = try await rebuilder.epoch(of: route) }
        epochs[route] = epoch
        let limit = min(slots.room(for: route), DeliveryQueue.claimLimit)
        let limits = try await limits.limits(on: route)
        let claimedAt = ContinuousClock.now
        let answer = try await queue.claim(
            on: route, epoch: epoch, limit: limit, lease: configuration.timing.lease,
            providers: providers.map(\.name), limits: limits, fanOut: configuration.fanOut(on: route))
        switch answer {
        case .paused: return NextLook(after: nil)
        case .throttled(let lack, let next): return NextLook(lacking: lack, after: next)
        case .rebuild:
            epochs = [:]
            epochs[route] = try await rebuilder.rebuild(route, seen: epoch)
            return NextLook(after: epochs[route] == nil ? .milliseconds(250) : .zero)
        case .jobs(let jobs, let name, let next):
            guard !jobs.isEmpty, let provider = providers.first(where: { $0.name == name }) else {
                return NextLook(after: next)
            }
            if jobs[0].probed != nil {
                logger.notice(
                    "a provider is tried again", metadata: ["route": "\(route.rawValue)", "provider": "\(name)"])
            }
            let granted = try await desk.grant(jobs, route: route, provider: name, claimedAt: claimedAt)
            await start(granted, on: route, provider, &deliveries)
            return NextLook(after: jobs.count == limit ? .zero : next)
        }
    }

    private func start(
        _ granted: [GrantedJob], on route: Route, _ provider: any Provider,
        _ deliveries: inout DiscardingTaskGroup
    ) async {
        if isStopping { return await desk.giveBack(granted) }
        slots.take(granted.count, for: route)
        metrics.underWay.add(granted.count)
        for job in granted {
            deliveries.addTask {
                await self.runner.run(job, provider: provider)
                if job.permit.isSuspect { self.suspects.leave() }
                self.slots.giveBack(for: route)
                self.metrics.underWay.add(-1)
            }
        }
    }
}
