import Foundation
import Notifications

/// `belfry bench e2e`: what one API and one worker process do on this machine, servers and load generator included.
///
/// The workload is fixed: a body of 1 KiB to a user with one push device, 64 keep-alive connections, a key, the simulator
/// without latency as provider. Every accept of the simulator is in a journal, so what was lost or sent twice is counted
/// and not believed.
public struct EndToEndBenchmark: Sendable {
    public struct Configuration: Sendable {
        /// The runs, of which each figure's median is reported.
        public var runs = 3
        /// How long each mode is driven at full speed.
        public var duration: Duration = .seconds(10)
        /// Notifications a second at which acceptance is timed.
        public var pace = 2000.0
        public var pacedDuration: Duration = .seconds(5)
        public var idleDuration: Duration = .seconds(10)
        public var connections = 64
        /// Deliveries the worker may have under way.
        public var concurrency = 64
        /// Whether the API keeps what it looked up of a user.
        public var keepsUsers = true
        public var databaseURL: String?
        public var redisURL: String?
        public init() {}
    }

    private let configuration: Configuration
    private let workbench: Workbench

    public init(_ configuration: Configuration, on workbench: Workbench) {
        self.configuration = configuration
        self.workbench = workbench
    }

    public func run() async throws -> EndToEndReport {
        workbench.tell("starting servers, an API and a worker")
        return try await Installation.with(
            Installation.Servers(databaseURL: configuration.databaseURL, redisURL: configuration.redisURL),
            binary: workbench.binary, concurrency: configuration.concurrency,
            settings: configuration.keepsUsers ? [:] : ["BELFRY_RECIPIENT_CACHE": "0s"]
        ) { installation, redis in try await runs(Driver(configuration, installation, redis)) }
    }

    private func runs(_ driver: Driver) async throws -> EndToEndReport {
        try await driver.prepare()
        var runs: [EndToEndReport.Run] = []
        for number in 1...configuration.runs {
            workbench.tell("run \(number) of \(configuration.runs): idle")
            let idle = try await driver.idle()
            var modes: [EndToEndReport.Mode: EndToEndFigures] = [:]
            for mode in EndToEndReport.Mode.allCases {
                workbench.tell("run \(number) of \(configuration.runs): \(mode.rawValue)")
                var figures = try await driver.measure(mode)
                figures.idleRedisCommandsPerSecond = idle
                modes[mode] = figures
            }
            workbench.tell("run \(number) of \(configuration.runs): the floor")
            let floor = try await SQLFloor(pool: driver.installation.pool).run(for: configuration.pacedDuration)
            for mode in modes.keys { modes[mode]?.floorPerSecond = floor }
            runs.append(EndToEndReport.Run(modes: modes))
        }
        return EndToEndReport(runs: runs)
    }
}
