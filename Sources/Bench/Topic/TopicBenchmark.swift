import Foundation
import Notifications

/// `belfry bench topic`: one request to a topic of very many, from its 202 to the last delivery, and another one that is
/// taken back when half of it is made.
public struct TopicBenchmark: Sendable {
    public struct Configuration: Sendable {
        public var subscribers = 100_000
        /// Deliveries the worker may have under way.
        public var concurrency = 256
        public init() {}
    }

    private let configuration: Configuration
    private let workbench: Workbench

    public init(_ configuration: Configuration, on workbench: Workbench) {
        self.configuration = configuration
        self.workbench = workbench
    }

    public func run() async throws -> TopicReport {
        workbench.tell("starting servers, an API and a worker")
        return try await Installation.with(
            Installation.Servers(), binary: workbench.binary, concurrency: configuration.concurrency
        ) { installation, _ in
            let driver = TopicDriver(installation: installation, subscribers: configuration.subscribers)
            workbench.tell("making \(configuration.subscribers) users")
            var report = try await driver.prepare()
            workbench.tell("sending to all of them")
            report.whole = try await driver.send(cancelling: false)
            workbench.tell("sending again, and taking it back when half is made")
            report.cancelled = try await driver.send(cancelling: true)
            return report
        }
    }
}
