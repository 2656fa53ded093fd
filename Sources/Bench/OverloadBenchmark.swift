import Foundation
import LocalServers
import Logging
import Notifications
import Redis

/// `belfry bench overload`: what becomes of each priority when several times as much is asked for as can be done.
///
/// First as many callers as keep the API busy, each with one request at a time and the next as soon as it is answered:
/// what they get is the peak. Then half of that at a steady pace, the overload, and half of the peak again, which shows
/// when all is as before.
public struct OverloadBenchmark: Sendable {
    public struct Configuration: Sendable {
        /// How long the overload lasts.
        public var duration: Duration = .seconds(60)
        public var peakDuration: Duration = .seconds(10)
        public var calmDuration: Duration = .seconds(10)
        /// How long the calm after it is watched.
        public var recoveryDuration: Duration = .seconds(30)
        /// Callers in the overload, as a multiple of those who make the peak; requests of the peak's, if it is open.
        public var factor = 3.0
        /// Whether the overload asks at a steady pace, answered or not.
        public var isOpen = false
        /// Callers who make the peak.
        public var peakConnections = 256
        /// Connections in the overload at most.
        public var maximumConnections = 8192
        public init() {}
    }

    private let configuration: Configuration
    private let workbench: Workbench

    public init(_ configuration: Configuration, on workbench: Workbench) {
        self.configuration = configuration
        self.workbench = workbench
    }

    public func run() async throws -> OverloadReport {
        workbench.tell("starting servers, an API and a worker")
        let installation = try await Installation.start(
            Installation.Servers(), binary: workbench.binary, concurrency: 64)
        let result: Result<OverloadReport, any Error>
        do {
            // Only lent to the driver, which asks it nothing here.
            let redis = RedisClient(configuration: installation.redis, logger: Logger(label: "belfry-bench"))
            try await Driver(EndToEndBenchmark.Configuration(), installation, redis).prepare()
            result = .success(try await measure(installation))
        } catch { result = .failure(error) }
        await installation.stop()
        return try result.get()
    }

    private func measure(_ installation: Installation) async throws -> OverloadReport {
        var report = OverloadReport()
        let requests = Self.requests(key: installation.key)
        func flood(_ pace: Load.Pace, _ duration: Duration, connections: Int) async throws -> [Flood.Sample] {
            try await Flood(
                port: installation.port, pace: pace, duration: duration, maximumConnections: connections,
                requests: requests
            ).run()
        }
        workbench.tell("the peak")
        let peak = try await flood(.closed, configuration.peakDuration, connections: configuration.peakConnections)
        report.take(peak: peak, over: configuration.peakDuration)
        let half = Load.Pace.open(requestsPerSecond: report.peakPerSecond / 2)
        workbench.tell("half of it")
        report.calm = try await flood(half, configuration.calmDuration, connections: configuration.maximumConnections)
        workbench.tell("overload")
        let memory = ResidentMemory(of: installation.api.processIdentifier)
        async let watching: Void = memory.watch()
        report.overload = try await flood(
            configuration.isOpen ? .open(requestsPerSecond: report.peakPerSecond * configuration.factor) : .closed,
            configuration.duration,
            connections: configuration.isOpen
                ? configuration.maximumConnections : Int(Double(configuration.peakConnections) * configuration.factor))
        workbench.tell("half of the peak again")
        report.after = try await flood(
            half, configuration.recoveryDuration, connections: configuration.maximumConnections)
        memory.stop()
        await watching
        report.duration = configuration.duration
        report.residentMiB = memory.samples
        return report
    }

    /// Of ten, one is `critical`, two are `high`, four `medium` and three `low`.
    static let mix: [Priority] = [.low, .medium, .high, .medium, .low, .critical, .medium, .high, .low, .medium]

    private static func requests(key: String) -> [(priority: Priority, request: LoadRequest)] {
        (0..<Driver.users).map { user in
            let priority = mix[user % mix.count]
            let body =
                #"{"to":{"userId":"u\#(user)"},"channels":["push"],"priority":"\#(priority)","title":"Order shipped","#
                + #""body":"\#(LoadRequest.text)"}"#
            return (priority, LoadRequest("POST", "/v1/notifications", body: body, key: key))
        }
    }
}
