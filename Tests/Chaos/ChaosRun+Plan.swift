/// How long and hard a run is.
enum Scale: Sendable {
    /// A few seconds of light load, on a machine that does other things too: nothing is said of times.
    case short
    /// As long as wanted, on a machine of its own.
    case long(seconds: Double)

    var seconds: Double? { if case .long(let seconds) = self { seconds } else { nil } }
    var isLong: Bool { seconds != nil }
}

extension ChaosRun {
    /// How long load is made and faults fire; a round of faults that has begun is finished.
    func seconds(_ scale: Scale) -> Double { scale.seconds ?? 6 }

    var fleetPlan: Fleet.Plan {
        var plan = Fleet.Plan()
        switch self {
        case .kill: plan.workers = 3
        case .pause:
            // Long calls, so that a pause finds some under way, of which many fail: a stale failure is the dangerous one.
            plan.simulator = "latency=300ms..1200ms,retry=0.25"
            plan.settings["BELFRY_CONCURRENCY"] = "256"
        case .postgres:
            // As in production: longer than a worker waits between two tries to hand in its results.
            plan.settings["BELFRY_PERMIT_GRACE"] = "5s"
            // It is away for half of the time: the other half must be enough for all.
            plan.settings["BELFRY_CONCURRENCY"] = "256"
        // Without failures of its own, so that only those of the webhooks could slow the other channel down.
        case .provider: plan.simulator = "latency=20ms..60ms"
        case .cap:
            plan.workers = 3
            plan.cap = Cap.ofRun.calls
            plan.simulator = "latency=\(Cap.ofRun.milliseconds)ms"
            // Calls longer than a rebuild takes: they are still under way when it lets others begin.
            plan.settings = ["BELFRY_CALL_DEADLINE": "5s", "BELFRY_PERMIT": "6s", "BELFRY_LEASE": "7s"]
        case .redis, .poison, .events, .deploy: break
        }
        return plan
    }

    func load(_ scale: Scale) -> Callers.Load {
        var load = Callers.Load()
        load.requestsPerSecond = scale.isLong ? 30 : 12
        switch self {
        case .provider: load.webhookEvery = 4
        // Its calls are slow, and half of its workers stand still.
        case .pause: load.requestsPerSecond = 12
        // More than the cap lets through; for long, as much as can be made up for between two faults.
        case .cap: load.requestsPerSecond = scale.isLong ? 0.2 : 0.5
        case .kill, .redis, .postgres, .poison, .events, .deploy: break
        }
        return load
    }

    func expectation(_ scale: Scale) -> Expectation {
        let rounds = scale.isLong ? 2 : 1
        var expectation = Expectation(minimumRate: scale.isLong ? 150 : 10, faults: [:])
        switch self {
        case .kill:
            expectation.faults = [.workerKill: 2 * rounds]
            expectation.recoveries = [.permitLost]
            expectation.isAudited = true
            // A lease and 5 s; and in-flight calls of the simulator beside it.
            if scale.isLong { expectation.recoveredWithinMs = 8000 }
        case .redis:
            expectation.faults = [
                .redisKill: rounds, .redisWipe: rounds, .redisFailover: rounds, .redisTruncation: rounds,
                .redisScriptFlush: rounds, .redisFull: rounds, .redisReset: rounds,
            ]
            expectation.recoveries = [.rebuild, .sweep]
            expectation.allowsDuplicates = false
            if scale.isLong { expectation.recoveredWithinMs = 65_000 }
        case .postgres:
            expectation.faults = [
                .postgresRestart: rounds, .postgresOutage: rounds, .commitReplyLost: rounds, .postgresSlow: rounds,
                .poolExhausted: rounds,
            ]
            expectation.recoveries = [.replayed, .refused, .resultsRetried]
            expectation.allowsDuplicates = false
            if scale.isLong { expectation.recoveredWithinMs = 10_000 }
        case .pause:
            expectation.faults = [.workerPause: rounds, .redisWipe: rounds]
            expectation.minimumRate = scale.isLong ? 60 : 10
            expectation.recoveries = [.permitLost]
        case .provider:
            expectation.faults = [.providerTrouble: rounds]
            expectation.recoveries = [.unknownOutcome]
            if scale.isLong { expectation.othersSlowdown = 0.2 }
        case .poison:
            expectation.faults = [.poison: 1]
            expectation.recoveries = [.poisoned, .permitLost]
        case .events:
            expectation.faults = [.subscriberCut: 2 * rounds]
            expectation.recoveries = [.resumed]
        case .deploy:
            expectation.faults = [.apiDeploy: rounds, .workerDeploy: 2 * rounds]
            expectation.allowsDuplicates = false
            expectation.requiresCleanAnswers = true
        case .cap:
            expectation.faults = [.workerKill: rounds, .redisWipe: rounds]
            expectation.minimumRate = 1
            expectation.recoveries = [.rebuild]
            expectation.cap = .ofRun
        }
        return expectation
    }
}

extension Cap {
    static let ofRun = Cap(calls: 10, milliseconds: 4000)
}
