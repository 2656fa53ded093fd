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
    private let binary: String
    private let progress: @Sendable (String) -> Void

    /// - Parameters:
    ///   - binary: `belfry`, to be run in its roles.
    ///   - progress: told what is being done.
    public init(_ configuration: Configuration, binary: String, progress: @escaping @Sendable (String) -> Void) {
        self.configuration = configuration
        self.binary = binary
        self.progress = progress
    }

    public func run() async throws -> TopicReport {
        progress("starting servers, an API and a worker")
        return try await Installation.with(
            Installation.Servers(), binary: binary, concurrency: configuration.concurrency
        ) { installation, _ in
            let driver = TopicDriver(installation: installation, subscribers: configuration.subscribers)
            progress("making \(configuration.subscribers) users")
            var report = try await driver.prepare()
            progress("sending to all of them")
            report.whole = try await driver.send(cancelling: false)
            progress("sending again, and taking it back when half is made")
            report.cancelled = try await driver.send(cancelling: true)
            return report
        }
    }
}
