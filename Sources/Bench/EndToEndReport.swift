import Foundation
public import Notifications

/// What `belfry bench e2e` found, as medians over its runs.
public struct EndToEndReport: BenchmarkReport {
    /// How notifications are posted: one a request, or one request for fifty recipients.
    enum Mode: String, Sendable, CaseIterable { case single, batch }

    struct Run: Sendable {
        var modes: [Mode: EndToEndFigures]
    }

    let runs: Int
    let medians: [Mode: EndToEndFigures]

    init(runs: [Run]) {
        self.runs = runs.count
        medians = Dictionary(
            uniqueKeysWithValues: Mode.allCases.map { mode in
                (mode, EndToEndFigures(medianOf: runs.compactMap { $0.modes[mode] }))
            })
    }

    /// Whether every accepted notification was delivered exactly once.
    public var isClean: Bool { medians.values.allSatisfy { $0.lost == 0 && $0.duplicated == 0 } }

    /// One object a mode.
    public var json: JSON {
        .object(JSONObject(Mode.allCases.map { ($0.rawValue, medians[$0]?.json ?? .null) }))
    }

    /// For reading.
    public var table: String {
        let single = medians[.single]?.rows ?? []
        let batch = medians[.batch]?.rows ?? []
        let rows = [("", "single", "batch of 50")] + zip(single, batch).map { ($0.name, $0.value, $1.value) }
        return rows.map { name, single, batch in
            pad(name, 44, left: true) + pad(single, 22) + pad(batch, 22)
        }.joined(separator: "\n") + "\n\nMedians of \(runs) runs; lost, duplicated and sent away are sums."
    }
}

extension EndToEndFigures {
    fileprivate var json: JSON {
        [
            "acceptedPerSecond": .figure(acceptedPerSecond, 0), "deliveredPerSecond": .figure(deliveredPerSecond, 0),
            "acceptMs": .figure(acceptMs), "pickupMs": .figure(pickupMs), "residentMiB": .figures(residentMiB, 1),
            "cpuMicrosPerNotification": .figures(cpuMicrosPerNotification, 1),
            "redisCommandsPerNotification": .figure(redisCommandsPerNotification, 3),
            "redisOperationsPerNotification": .figure(redisOperationsPerNotification, 1),
            "postgresStatementsPerNotification": .figure(postgresStatementsPerNotification, 3),
            "userLookupsPerNotification": .figure(userLookupsPerNotification, 4),
            "hotShare": .figure(hotShare, 3), "idleRedisCommandsPerSecond": .figure(idleRedisCommandsPerSecond, 2),
            "lost": JSON(lost), "duplicated": JSON(duplicated), "shed": JSON(shed),
            "floorPerSecond": .figure(floorPerSecond, 0),
            "floorRatio": .figure(floorRatio, 3),
        ]
    }

    fileprivate var rows: [(name: String, value: String)] {
        let roles = ["api", "worker", "postgres", "redis"]
        return [
            ("accepted a second", fixed(acceptedPerSecond, 0)), ("delivered a second", fixed(deliveredPerSecond, 0)),
            ("… of the plainest SQL (\(fixed(floorPerSecond, 0))/s)", fixed(floorRatio, 2)),
            ("accept at 2,000/s, p50 / p95 / p99 ms", fixed(acceptMs)),
            ("pick-up on idle, p50 / p95 / p99 ms", fixed(pickupMs)),
            ("resident MiB, api / worker", fixed(residentMiB, of: ["api", "worker"])),
            ("CPU µs each, api / worker / postgres / redis", fixed(cpuMicrosPerNotification, of: roles)),
            (
                "Redis commands each (with scripts' own)",
                "\(fixed(redisCommandsPerNotification, 2)) (\(fixed(redisOperationsPerNotification, 1)))"
            ),
            ("Postgres statements each", fixed(postgresStatementsPerNotification, 3)),
            ("… of them look-ups of users", fixed(userLookupsPerNotification, 4)),
            ("heap-only share of status writes", fixed(hotShare, 2)),
            ("Redis commands a second, idle", fixed(idleRedisCommandsPerSecond, 1)),
            ("lost / duplicated", "\(lost) / \(duplicated)"), ("requests sent away (503)", "\(shed)"),
        ]
    }
}
