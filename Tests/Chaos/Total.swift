/// What several runs showed together.
struct Total {
    private(set) var verdicts: [Verdict] = []

    mutating func add(_ verdict: Verdict) { verdicts.append(verdict) }

    var hasPassed: Bool { verdicts.allSatisfy { $0.verdict == .passed } }

    private func sum(_ value: (Verdict) -> Int) -> Int { verdicts.reduce(0) { $0 + value($1) } }

    /// The sentence to publish.
    var sentence: String {
        func fired(_ faults: Fault...) -> Int {
            sum { verdict in faults.reduce(0) { $0 + verdict.faults[$1, default: 0] } }
        }
        let duplicated = sum(\.duplicated)
        let unexplained = sum(\.unexplained)
        let byRedis = verdicts.filter { $0.run == .redis }.reduce(0) { $0 + $1.duplicated }
        return """
            \(sum(\.accepted)) notifications through \(fired(.workerKill)) worker kills, \(fired(.redisWipe)) Redis \
            wipes, \(fired(.redisFailover)) failovers and \(fired(.postgresOutage, .postgresRestart)) database \
            outages: \(sum(\.lost)) lost; \(duplicated) duplicates, \(duplicated - unexplained) of them each matched \
            to an attempt recorded as unknown; \(byRedis) from Redis.
            """
    }
}
