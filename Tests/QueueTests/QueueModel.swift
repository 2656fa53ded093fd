import Notifications
import Queue

/// What a route should hold, in the plainest terms: each job in one place, and turns one at a time.
struct QueueModel {
    struct Job: Equatable {
        let tenant: String
        let priority: Priority
        /// 0 ready, 1 scheduled, else the claim that holds it.
        var token: Int64
    }

    let route: Route
    /// Nil where nothing is limited.
    let provider: LimitedProvider?
    var meta: [String: String] = [:]
    var jobs: [Int: Job] = [:]
    /// By `<priority>:<tenant>`, also what was cancelled since.
    var ready: [String: [Int]] = [:]
    /// By priority, when each tenant that waits had its last turn.
    var turns: [Int: [String: Int]] = [:]
    var scheduled: [Int: Int64] = [:]
    var leased: [Int: Int64] = [:]
    var slots: [Int: Int64] = [:]
    /// As in `RouteState`.
    var flow: [String: [Int: Int]] = [:]
    var bells = 0

    mutating func enqueue(_ numbers: [Int], delay: Int64, now: Int64) -> [EnqueueAnswer] {
        let first = scheduled.values.min() ?? .max
        let answers = numbers.map { enqueue($0, due: now + delay, isReady: delay == 0) }
        // During a rebuild most of what comes was there before.
        if meta["epoch"] != nil {
            for (answer, number) in zip(answers, numbers) where answer == .created && delay == 0 {
                count("in", number, now: now)
            }
        }
        let isNew = zip(answers, numbers).contains { $0 == .created && scheduled[$1] == nil }
        if isNew || scheduled.values.min() ?? .max < first { ring() }
        return answers
    }

    private mutating func enqueue(_ number: Int, due: Int64, isReady: Bool) -> EnqueueAnswer {
        if let known = scheduled[number], due + 1000 < known {
            scheduled[number] = due
            return .earlier
        }
        guard jobs[number] == nil else { return .exists }
        jobs[number] = Job(tenant: Self.tenant(number), priority: Self.priority(number), token: isReady ? 0 : 1)
        if isReady { join(number, atHead: false) } else { scheduled[number] = due }
        return .created
    }

    /// What somebody holds stays; what waits in a list is skipped there, for which it must still be in it.
    mutating func cancel(_ number: Int) {
        guard let job = jobs[number], job.token < 2 else { return }
        (jobs[number], scheduled[number]) = (nil, nil)
    }

    /// Whether it changed anything.
    mutating func apply(_ pause: RoutePause) -> Bool {
        let revision = Int64(meta["revision"] ?? "0") ?? 0
        let words = ["paused": pause.isPaused ? "1" : "0", "revision": "\(pause.revision)"]
        guard meta.merging(words, uniquingKeysWith: { $1 }) != meta, pause.revision >= revision else { return false }
        meta.merge(words) { $1 }
        if !pause.isPaused { ring() }
        return true
    }

    mutating func open(_ pause: RoutePause) {
        meta["epoch"] = "\(TestQueue.epoch)"
        bells += 1
        guard pause.revision >= Int64(meta["revision"] ?? "0") ?? 0 else { return }
        meta["paused"] = pause.isPaused ? "1" : "0"
        meta["revision"] = "\(pause.revision)"
    }

    mutating func clear() {
        (meta, jobs, ready, turns, scheduled, leased, flow) = ([:], [:], [:], [:], [:], [:], [:])
    }

    /// A slice of five seconds drives out the sixth before it.
    mutating func count(_ direction: String, _ number: Int, now: Int64) {
        let (name, slice) = ("\(direction):\(Self.priority(number).rawValue)", Int(now / 5000))
        let kept = flow[name, default: [:]].filter { $0.key % 6 != slice % 6 || $0.key == slice }
        flow[name] = kept.merging([slice: 1], uniquingKeysWith: +)
    }

    /// A second, over the slices that are left of the last half minute.
    private func rate(_ direction: String, _ priority: Priority, now: Int64) -> Double {
        let slice = Int(now / 5000)
        let counts = flow["\(direction):\(priority.rawValue)"] ?? [:]
        let recent = counts.filter { slice - 5...slice ~= $0.key }.values.reduce(0, +)
        return Double(recent) / (Double(25_000 + now % 5000) / 1000)
    }

    /// Every job of a test was made when time began.
    func counts(now: Int64) -> QueueCounts {
        let state: QueueCounts.State = meta["epoch"] == nil ? .rebuild : meta["paused"] == "1" ? .paused : .open
        let bound: QueueCounts.Bound? = turns.isEmpty ? nil : state == .paused ? .pause : .workers
        var counts = QueueCounts(state: state, bound: bound, scheduled: scheduled.count, leased: leased.count)
        for priority in Priority.allCases {
            let lists = ready.filter { $0.key.hasPrefix("\(priority.rawValue):") }
            counts.backlogs[priority] = Backlog(
                ready: lists.values.reduce(0) { $0 + $1.count }, oldest: lists.isEmpty ? nil : .milliseconds(now),
                inFlight: leased.keys.count { Self.priority($0) == priority },
                inPerSecond: rate("in", priority, now: now), outPerSecond: rate("out", priority, now: now))
        }
        return counts
    }

    /// What Redis must hold then.
    var state: RouteState {
        RouteState(
            meta: meta, jobs: jobs.mapValues { "\($0.priority.rawValue):\($0.token):1:\($0.tenant)" }, ready: ready,
            rings: turns.mapValues { $0.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key) },
            scheduled: scheduled, leased: leased, slots: slots.isEmpty ? [:] : ["p": slots], flow: flow, bells: bells)
    }

    mutating func ring() { bells = max(bells, min(bells + 1, 32)) }

    /// Each number has its tenant and priority for good.
    static func tenant(_ number: Int) -> String { "t\(number % 3)" }

    static func priority(_ number: Int) -> Priority { Priority.allCases[number % Priority.allCases.count] }
}
