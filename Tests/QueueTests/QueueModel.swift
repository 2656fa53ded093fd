import Notifications
import Queue

/// What a route should hold, in the plainest terms: each job in one place.
struct QueueModel {
    struct Job: Equatable {
        let tenant: String
        let priority: Priority
        /// 0 ready, 1 scheduled, else the claim that holds it.
        var token: Int64
    }

    private(set) var jobs: [Int: Job] = [:]
    private(set) var ready: [String: [Int]] = [:]
    private(set) var scheduled: [Int: Int64] = [:]
    private(set) var leased: [Int: Int64] = [:]
    private(set) var cancelled: Set<Int> = []

    mutating func enqueue(_ number: Int, tenant: String, priority: Priority, delay: Int64, now: Int64) -> EnqueueAnswer
    {
        if let due = scheduled[number], now + delay + 1000 < due {
            scheduled[number] = now + delay
            return .earlier
        }
        guard jobs[number] == nil else { return .exists }
        jobs[number] = Job(tenant: tenant, priority: priority, token: delay > 0 ? 1 : 0)
        if delay > 0 { scheduled[number] = now + delay } else { ready[list(number), default: []].append(number) }
        return .created
    }

    /// What somebody holds stays.
    mutating func cancel(_ number: Int) {
        guard let job = jobs[number], job.token < 2 else { return }
        ready[list(number)]?.removeAll { $0 == number }
        (jobs[number], scheduled[number]) = (nil, nil)
        cancelled.insert(number)
    }

    /// Rescues to the head, promotes to the tail, each in the order of time.
    mutating func heal(now: Int64) {
        for number in expired(in: leased, now) {
            leased[number] = nil
            jobs[number]?.token = 0
            ready[list(number), default: []].insert(number, at: 0)
        }
        for number in expired(in: scheduled, now) {
            scheduled[number] = nil
            jobs[number]?.token = 0
            ready[list(number), default: []].append(number)
        }
    }

    /// Whether it was the head of its list.
    mutating func grant(_ job: ClaimedJob, until end: Int64) -> Bool {
        guard jobs[job.number] != nil, ready[list(job.number)]?.first == job.number else { return false }
        ready[list(job.number)]?.removeFirst()
        jobs[job.number]?.token = job.token
        leased[job.number] = end
        return true
    }

    mutating func end(_ ending: JobEnding, now: Int64) -> EndingAnswer {
        let number = ending.job.number
        guard let job = jobs[number] else { return .gone }
        guard job.token == ending.job.token else { return .leaseLost }
        leased[number] = nil
        switch ending.kind {
        case .settle: jobs[number] = nil
        case .retry(let after):
            jobs[number]?.token = 1
            scheduled[number] = now + Int64(after.milliseconds)
        case .release:
            jobs[number]?.token = 0
            ready[list(number), default: []].insert(number, at: 0)
        }
        return .settled
    }

    /// What Redis must hold then, but for what only orders the turns.
    var state: RouteState {
        let lists = ready.filter { !$0.value.isEmpty }
        var rings: [Int: [String]] = [:]
        for name in lists.keys.sorted() {
            let words = name.split(separator: ":")
            rings[Int(words[0]) ?? -1, default: []].append(String(words[1]))
        }
        return RouteState(
            jobs: jobs.mapValues { "\($0.priority.rawValue):\($0.token):1:\($0.tenant)" }, ready: lists, rings: rings,
            scheduled: scheduled, leased: leased)
    }

    private func list(_ number: Int) -> String {
        jobs[number].map { "\($0.priority.rawValue):\($0.tenant)" } ?? ""
    }

    private func expired(in places: [Int: Int64], _ now: Int64) -> [Int] {
        places.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }
}
