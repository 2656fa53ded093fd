import Notifications
import Queue

/// How jobs are claimed, come back, and end.
extension QueueModel {
    /// Rescues to the head, promotes to the tail, each in the order of time.
    /// - Returns: whether anything came back.
    @discardableResult
    mutating func heal(now: Int64) -> Bool {
        // After the clock went back.
        leased = leased.mapValues { min($0, now + 30_000) }
        let (rescued, promoted) = (expired(in: leased, now), expired(in: scheduled, now))
        for number in rescued {
            leased[number] = nil
            join(number, atHead: true)
        }
        for number in promoted {
            scheduled[number] = nil
            join(number, atHead: false)
            count("in", number, now: now)
        }
        if meta["epoch"] != nil, meta["paused"] != "1", bells == 0, !turns.isEmpty { ring() }
        return !rescued.isEmpty || !promoted.isEmpty
    }

    mutating func claim(_ limit: Int, now: Int64) -> ClaimAnswer {
        heal(now: now)
        guard meta["epoch"] != nil else { return .rebuild }
        if meta["paused"] == "1" { return .paused }
        var granted: [ClaimedJob] = []
        while granted.count < limit, let number = pop() {
            guard jobs[number]?.token == 0 else { continue }
            let count = ((Int64(meta["token"] ?? "0") ?? 0) + 1) % 4096
            let token = now * 4096 + count
            meta["token"] = "\(count)"
            jobs[number]?.token = token
            leased[number] = now + 30_000
            granted.append(
                ClaimedJob(
                    id: TestQueue.id(number), route: route, token: token, provider: provider,
                    slots: provider == nil ? nil : 1))
        }
        if meta["turn"] != nil, meta["token"] == nil { meta["token"] = "0" }
        takeSlots(of: granted, now: now)
        guard turns.isEmpty else {
            ring()
            return .jobs(granted, provider: "p", next: .zero)
        }
        bells = 0
        let due = (Array(leased.values) + scheduled.values).min()
        return .jobs(granted, provider: "p", next: due.map { .milliseconds(max(0, $0 - now)) })
    }

    private mutating func takeSlots(of granted: [ClaimedJob], now: Int64) {
        guard provider != nil, !granted.isEmpty else { return }
        slots = slots.filter { $0.value > now }
        for job in granted { slots[job.number] = now + 30_000 }
    }

    /// Highest priority first, but of 16 turns one each belongs to the lower ones; of its tenants the one that was
    /// served longest ago.
    private mutating func pop() -> Int? {
        let turn = Int(meta["turn"] ?? "0") ?? 0
        let favourite = [4: 1, 9: 2, 14: 3][turn % 16]
        guard let priority = favourite.flatMap({ turns[$0] == nil ? nil : $0 }) ?? turns.keys.min(),
            let tenant = turns[priority]?.min(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key
        else { return nil }
        let list = "\(priority):\(tenant)"
        let number = ready[list]?.removeFirst()
        meta["turn"] = "\(turn + 1)"
        turns[priority]?[tenant] = turn + 1
        if ready[list] == [] {
            ready[list] = nil
            turns[priority]?[tenant] = nil
            if turns[priority] == [:] { turns[priority] = nil }
        }
        return number
    }

    /// Of endings of one kind.
    mutating func end(_ endings: [JobEnding], now: Int64) -> [EndingAnswer] {
        let first = scheduled.values.min() ?? .max
        var answers = [EndingAnswer](repeating: .gone, count: endings.count)
        // A release goes through its jobs backwards, so that the first is the head in the end.
        let isRelease = endings.first?.kind == .release
        for place in isRelease ? endings.indices.reversed() : Array(endings.indices) {
            answers[place] = end(endings[place], now: now)
        }
        let isEarlier = scheduled.values.min() ?? .max < first
        if isEarlier || isRelease && answers.contains(.settled) { ring() }
        return answers
    }

    private mutating func end(_ ending: JobEnding, now: Int64) -> EndingAnswer {
        let number = ending.job.number
        guard let job = jobs[number] else { return .gone }
        guard job.token == ending.job.token else { return .leaseLost }
        (leased[number], slots[number]) = (nil, nil)
        if ending.kind != .release { count("out", number, now: now) }
        switch ending.kind {
        case .settle: jobs[number] = nil
        case .retry(let after):
            jobs[number]?.token = 1
            scheduled[number] = now + Int64(after.milliseconds)
        case .release: join(number, atHead: true)
        }
        return .settled
    }

    mutating func join(_ number: Int, atHead: Bool) {
        guard let job = jobs[number] else { return }
        jobs[number]?.token = 0
        let priority = job.priority.rawValue
        let list = "\(priority):\(job.tenant)"
        ready[list] = atHead ? [number] + (ready[list] ?? []) : (ready[list] ?? []) + [number]
        let turn = turns[priority]?[job.tenant] ?? Int(meta["turn"] ?? "0") ?? 0
        turns[priority, default: [:]][job.tenant] = turn
    }

    private func expired(in places: [Int: Int64], _ now: Int64) -> [Int] {
        places.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }
}
