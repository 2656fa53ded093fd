public import Notifications

/// What `belfry bench push` found, as medians over its runs.
public struct PushReport: BenchmarkReport {
    let configuration: PushBenchmark.Configuration
    let medians: PushFigures

    init(_ configuration: PushBenchmark.Configuration, runs: [PushFigures]) {
        self.configuration = configuration
        medians = PushFigures(medianOf: runs)
    }

    /// Whether every device was sent its push exactly once, and every document says so.
    public var isClean: Bool { medians.lost == 0 && medians.duplicated == 0 && medians.unsaid == 0 }

    public var json: JSON {
        [
            "pushes": JSON(configuration.pushes), "devices": JSON(configuration.devices),
            "latencyMs": .figure(configuration.latency.milliseconds, 0), "runs": JSON(configuration.runs),
            "sendsPerSecond": .figure(medians.sendsPerSecond, 0), "calmMs": .figure(medians.calmMs),
            "lastDeviceMs": .figure(medians.lastDeviceMs), "serviceMs": .figure(medians.serviceMs),
            "connections": .figure(medians.connections, 0), "mostStreams": .figure(medians.mostStreams, 0),
            "residentMiB": .figures(medians.residentMiB, 1),
            "cpuMicrosPerSend": .figures(medians.cpuMicrosPerSend, 1),
            "lost": JSON(medians.lost), "duplicated": JSON(medians.duplicated), "unsaid": JSON(medians.unsaid),
        ]
    }

    /// For reading.
    public var table: String {
        let roles = ["worker", "api", "postgres", "redis", PushDriver.ownRole]
        let latency = fixed(configuration.latency.milliseconds, 0)
        let rows = [
            ("device sends a second", fixed(medians.sendsPerSecond, 0)),
            ("answer of the stand-in (\(latency) ms), p50 / p95 / p99 ms", fixed(medians.serviceMs)),
            (
                "202 to last device, at \(fixed(configuration.pace, 0)) pushes/s, p50 / p95 / p99 ms",
                fixed(medians.calmMs)
            ),
            ("202 to last device, all at once, p50 / p95 / p99 ms", fixed(medians.lastDeviceMs)),
            (
                "connections / requests at once",
                "\(fixed(medians.connections, 0)) / \(fixed(medians.mostStreams, 0))"
            ),
            ("resident MiB, worker / api", fixed(medians.residentMiB, of: ["worker", "api"])),
            ("CPU µs each send, \(roles.joined(separator: " / "))", fixed(medians.cpuMicrosPerSend, of: roles)),
            ("lost / duplicated / not said", "\(medians.lost) / \(medians.duplicated) / \(medians.unsaid)"),
        ]
        return rows.map { name, value in pad(name, 64, left: true) + pad(value, 28) }.joined(separator: "\n") + """


            \(configuration.pushes) pushes to \(configuration.devices) devices each. Medians of \(configuration.runs) runs; \
            lost, duplicated and not said are sums.
            """
    }
}
