import Crypto
import Foundation
import LocalServers

/// `belfry bench push`: how fast one worker process pushes to APNs, by a stand-in on this machine that answers after a
/// set time. The stand-in is in this process, so that what it costs is not the worker's.
public struct PushBenchmark: Sendable {
    public struct Configuration: Sendable {
        /// The runs, of which each figure's median is reported.
        public var runs = 3
        public var pushes = 10_000
        /// Of each push, named in the request.
        public var devices = 3
        /// What the stand-in takes for an answer.
        public var latency: Duration = .milliseconds(20)
        /// Pushes a second where time is measured and not speed.
        public var pace = 200.0
        public var pacedDuration: Duration = .seconds(5)
        /// Deliveries the worker may have under way.
        public var concurrency = 64
        public init() {}
    }

    private let configuration: Configuration
    private let workbench: Workbench

    public init(_ configuration: Configuration, on workbench: Workbench) {
        self.configuration = configuration
        self.workbench = workbench
    }

    public func run() async throws -> PushReport {
        workbench.tell("starting servers, an API, a worker and a stand-in for APNs")
        let folder = "/tmp/belfry-bench-push-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let certificate = try await ThrowawayCertificate.make(in: folder)
        let standIn = try await APNSStandIn.start(certificate, latency: configuration.latency)
        let result: Result<PushReport, any Error>
        do {
            result = .success(
                try await Installation.with(
                    Installation.Servers(), binary: workbench.binary, concurrency: configuration.concurrency,
                    settings: settings(standIn, certificate)
                ) { installation, redis in
                    try await runs(PushDriver(configuration, installation, redis, standIn))
                })
        } catch { result = .failure(error) }
        await standIn.stop()
        return try result.get()
    }

    private func runs(_ driver: PushDriver) async throws -> PushReport {
        workbench.tell("warming up")
        try await driver.prepare()
        var runs: [PushFigures] = []
        for number in 1...configuration.runs {
            workbench.tell("run \(number) of \(configuration.runs)")
            runs.append(try await driver.measure())
        }
        return PushReport(configuration, runs: runs)
    }

    /// An account at APNs that is as good as any: the stand-in does not know its key.
    private func settings(_ standIn: APNSStandIn, _ certificate: ThrowawayCertificate) -> [String: String] {
        [
            "BELFRY_PROVIDERS": "push.apns=apns inApp=inApp", "BELFRY_OUTBOUND_CA_FILE": certificate.certificate,
            "BELFRY_APNS_URL": "https://localhost:\(standIn.port)", "BELFRY_APNS_TOPIC": "belfry.bench",
            "BELFRY_APNS_KEY": P256.Signing.PrivateKey().pemRepresentation,
            "BELFRY_APNS_KEY_ID": "BENCHKEY01", "BELFRY_APNS_TEAM_ID": "BENCHTEAM1",
        ]
    }
}
