/// Says what a run showed, from its histories and the database's last word alone: it can be asked again years later.
struct Judge {
    let histories: Histories
    private(set) var verdict: Verdict

    private init(_ histories: Histories) {
        self.histories = histories
        verdict = Verdict(run: histories.record.run)
    }

    static func verdict(on histories: Histories) -> Verdict {
        var judge = Judge(histories)
        judge.judgeRequests()
        judge.judgeDuplicates()
        judge.judgeOutcomes()
        judge.judgeEvents()
        judge.countFaults()
        judge.countRecoveries()
        judge.measure()
        judge.conclude()
        return judge.verdict
    }

    /// What was acknowledged, by request, with the time of the first acknowledgement.
    private var acknowledged: [String: (ids: Set<String>, at: Int64)] {
        var found: [String: (ids: Set<String>, at: Int64)] = [:]
        for entry in histories.callers where entry.event == .ok {
            let ids = Set((entry.ids ?? []).map { $0.lowercased() })
            found[entry.key] = (ids.union(found[entry.key]?.ids ?? []), min(entry.at, found[entry.key]?.at ?? entry.at))
        }
        return found
    }

    private var firstAccepts: [String: Int64] {
        Dictionary(histories.accepts.map { ($0.notification, $0.at) }, uniquingKeysWith: min)
    }

    private mutating func judgeRequests() {
        let acknowledged = acknowledged
        let documents = Dictionary(
            histories.final.documents.map { ($0.id.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        let accepts = firstAccepts
        let dead = Set(histories.final.deadLetters.map { $0.notification.lowercased() })
        let poisoned = Set(
            histories.final.deadLetters.filter { $0.code == "poison" }.map { $0.notification.lowercased() })
        for id in acknowledged.values.flatMap(\.ids) {
            verdict.accepted += 1
            let isTaken = accepts[id] != nil
            guard let document = documents[id] else {
                verdict.lost += 1
                continue
            }
            if poisoned.contains(id) {
                verdict.poisoned += 1
            } else if !isTaken {
                verdict.lost += 1
            } else if !document.statuses.values.allSatisfy({ ["sent", "delivered"].contains($0) }) || dead.contains(id)
            {
                verdict.unrecorded += 1
            }
        }
        let asked = Set(histories.callers.filter { $0.event == .invoke }.map(\.key))
        // A request may have been committed without anybody learning of it; one that was answered has its answer.
        verdict.unexpected = documents.values.count { document in
            guard asked.contains(document.request) else { return true }
            return acknowledged[document.request].map { !$0.ids.contains(document.id.lowercased()) } ?? false
        }
        verdict.unexpected += accepts.keys.count { documents[$0] == nil }
        let calls = Dictionary(grouping: histories.callers.filter { $0.event != .invoke }, by: \.key)
        verdict.repeatedRequests = calls.values.count { $0.contains { $0.event != .ok } }
    }

    /// All but the last send of a message must be an attempt that is on record as unknown, each such attempt once; and
    /// nobody may send under a permit that a newer one has replaced.
    private mutating func judgeDuplicates() {
        let unknown = Dictionary(
            grouping: histories.final.events.filter { $0.outcome == "unknown" }, by: { $0.notification.lowercased() }
        ).mapValues { $0.map(\.attempt) }
        for sends in Dictionary(grouping: histories.accepts, by: \.idempotencyKey).values where sends.count > 1 {
            verdict.duplicated += sends.count - 1
            var explanations = unknown[sends[0].notification] ?? []
            for send in sends.dropLast() {
                let place = explanations.firstIndex { send.attempt == nil || $0 == send.attempt }
                if let place { explanations.remove(at: place) } else { verdict.unexplained += 1 }
            }
            let fences = sends.compactMap(\.fence)
            verdict.unexplained += zip(fences, fences.dropFirst()).count { $0 > $1 }
        }
    }

    /// The provider's answers to each webhook, in their order, against what the log says of its attempts. What was put off
    /// for the endpoint's sake was none.
    private mutating func judgeOutcomes() {
        guard histories.record.run == .provider else { return }
        let recorded = Dictionary(
            grouping: histories.final.events.filter {
                $0.route == "webhook" && $0.outcome != nil && $0.code != "endpointUnavailable"
            },
            by: { $0.notification.lowercased() }
        ).mapValues { $0.sorted { $0.number < $1.number }.compactMap(\.outcome) }
        let answered = Dictionary(grouping: histories.webhooks, by: { $0.ids?.first ?? "" })
        for (id, calls) in answered {
            let expected = calls.compactMap { $0.note.flatMap(WebhookAnswer.init)?.outcome }
            if recorded[id] ?? [] != expected { verdict.misjudged += 1 }
        }
    }

    private mutating func judgeEvents() {
        verdict.forgotten = histories.audits.count { $0.event == .fail }
        guard histories.record.expectation.faults[.subscriberCut] != nil else { return }
        let seen = Set(histories.subscriber.filter { $0.event == .ok }.compactMap { Int64($0.key) })
        verdict.missedEvents = histories.final.events.count { !seen.contains($0.number) }
    }

    private mutating func countFaults() {
        for entry in histories.faults {
            guard let fault = Fault(rawValue: entry.key) else { continue }
            if entry.event == .ok { verdict.faults[fault, default: 0] += 1 }
            if entry.event == .fail { verdict.problems.append("\(fault.rawValue): \(entry.note ?? "failed")") }
        }
    }

    private mutating func countRecoveries() {
        let logged = histories.record.logged
        let events = histories.final.events
        verdict.recoveries = [
            .rebuild: logged["rebuilt a route from Postgres", default: 0],
            .sweep: logged["the sweep enqueued what Redis had lost", default: 0],
            .permitLost: events.count { $0.code == "permitLost" && $0.outcome == "unknown" },
            .unknownOutcome: events.count { $0.code != "permitLost" && $0.outcome == "unknown" },
            .resultsRetried: logged["results could not be recorded, trying again", default: 0],
            .replayed: histories.callers.count { $0.event == .ok && $0.note == Callers.replayed },
            .refused: histories.callers.count { $0.status == 503 },
            .resumed: histories.subscriber.count { $0.event == .invoke && $0.note == "resumed" },
            .poisoned: verdict.poisoned,
        ].filter { $0.value > 0 }
    }

    private mutating func measure() {
        let acknowledged = acknowledged
        if let first = histories.callers.map(\.at).min(), let last = acknowledged.values.map(\.at).max(), last > first {
            verdict.ratePerSecond = (Double(verdict.accepted) / (Double(last - first) / 1e6)).rounded()
        }
        let accepts = firstAccepts
        let waits = acknowledged.values.flatMap { request in
            request.ids.compactMap { id in accepts[id].map { (from: request.at, to: $0) } }
        }
        let ends = histories.faults.filter { $0.event == .ok }.map(\.at)
        verdict.recoveredMs = Timing.recovered(from: ends, waits: waits)
        verdict.othersP99Ms = Timing.others(in: histories, accepts: accepts)
        verdict.mostAtOnce = histories.record.expectation.cap.map { cap in
            Timing.mostAtOnce(from: histories.accepts.map(\.at), lasting: Int64(cap.milliseconds) * 1000)
        }
    }
}

extension Judge {
    private mutating func conclude() {
        let expectation = histories.record.expectation
        func problem(_ count: Int, _ sentence: String) -> [String] { count > 0 ? ["\(count) \(sentence)"] : [] }
        verdict.problems += histories.record.troubles
        verdict.problems += problem(verdict.lost, "acknowledged and lost")
        verdict.problems += problem(verdict.unexplained, "sent again without an explanation")
        verdict.problems += problem(verdict.unexpected, "that nobody asked for")
        verdict.problems += problem(verdict.unrecorded, "sent and not on record as sent")
        verdict.problems += problem(verdict.misjudged, "webhooks whose answers were misjudged")
        verdict.problems += problem(verdict.missedEvents, "events that the subscriber never saw")
        let kills = Dictionary(
            grouping: histories.webhooks.filter { $0.note == WebhookAnswer.kill.rawValue }, by: \.key)
        verdict.problems += problem(kills.values.count { $0.count > 3 }, "messages that killed more than three workers")
        verdict.problems += problem(verdict.forgotten, "times Redis had forgotten what was being sent")
        verdict.problems += problem(histories.final.openDeliveries, "deliveries still open at the end")
        if !expectation.allowsDuplicates { verdict.problems += problem(verdict.duplicated, "sent twice") }
        verdict.problems += problem(unprovenPoison, "given up as poison with fewer than three workers lost")
        if expectation.requiresCleanAnswers {
            verdict.problems += problem(verdict.repeatedRequests, "requests not answered with a 2xx at once")
        }
        if let bound = expectation.recoveredWithinMs, let longest = verdict.recoveredMs?.max, longest > bound {
            verdict.problems.append("recovered only after \(longest) ms; the bound is \(bound) ms")
        }
        if let bound = expectation.othersSlowdown, let calm = verdict.othersP99Ms?["calm"],
            let during = verdict.othersP99Ms?["during"], during > calm * (1 + bound)
        {
            verdict.problems.append("other channels' p99 went from \(calm) to \(during) ms")
        }
        if let cap = expectation.cap, let most = verdict.mostAtOnce, most > cap.calls {
            verdict.problems.append("\(most) calls at once; the cap is \(cap.calls)")
        }
        if !verdict.problems.isEmpty {
            verdict.verdict = .failed
            return
        }
        verdict.problems = vacuities(expectation)
        if !verdict.problems.isEmpty { verdict.verdict = .vacuous }
    }

    /// Where workers are killed all the time, one that is harmless may by chance be with three of them. That is the rule;
    /// to give up any sooner is not.
    private var unprovenPoison: Int {
        let losses = histories.final.events.filter { $0.code == "permitLost" && $0.outcome == "unknown" }
        let workers = Dictionary(grouping: losses) { $0.notification.lowercased() }
        return histories.final.deadLetters.count {
            $0.code == "poison" && workers[$0.notification.lowercased(), default: []].count < 3
        }
    }

    private func vacuities(_ expectation: Expectation) -> [String] {
        var found: [String] = []
        if verdict.ratePerSecond < expectation.minimumRate {
            found.append("\(verdict.ratePerSecond) a second were acknowledged, fewer than \(expectation.minimumRate)")
        }
        if expectation.isAudited, !histories.audits.contains(where: { $0.event == .ok }) {
            found.append("nobody looked whether Redis forgot anything")
        }
        if let cap = expectation.cap, let most = verdict.mostAtOnce, most < cap.calls {
            found.append("never more than \(most) calls at once; the cap is \(cap.calls)")
        }
        for (fault, count) in expectation.faults where verdict.faults[fault, default: 0] < count {
            found.append("\(fault.rawValue) fired \(verdict.faults[fault, default: 0]) times, fewer than \(count)")
        }
        for recovery in expectation.recoveries where verdict.recoveries[recovery] == nil {
            found.append("\(recovery.rawValue) was never needed")
        }
        return found.sorted()
    }
}
