import Foundation
import Notifications

/// `belfry bench queue`: what the queue alone does, Redis and scripts and the worker's loop around them, without
/// Postgres and with jobs that are nothing.
public struct QueueBenchmark: Sendable {
    public struct Configuration: Sendable {
        /// The runs, of which each figure's median is reported.
        public var runs = 3
        public var parts = QueuePart.allCases
        /// Jobs that are settled, for each number of processes.
        public var jobs = 200_000
        /// The backlog behind which others wait, and the deeper of the two queues that are claimed from.
        public var backlog = 1_000_000
        /// How long each kind of enqueueing and of waiting is watched.
        public var duration: Duration = .seconds(3)
        public var idleDuration: Duration = .seconds(10)
        /// Jobs that one worker process may have under way.
        public var concurrency = 256
        /// Worker processes that share one provider's rate.
        public var rateWorkers = 20
        public var redisURL: String?
        /// Also what takes long: batch sizes, loads, a burst that falls due, a rebuild, other surroundings.
        public var isFull = false
        public init() {}
    }

    private let configuration: Configuration
    private let workbench: Workbench

    public init(_ configuration: Configuration, on workbench: Workbench) {
        self.configuration = configuration
        self.workbench = workbench
    }

    public func run() async throws -> QueueReport {
        var runs = try await QueueSite.with(configuration, binary: workbench.binary) { site in
            var runs: [QueueFigures] = []
            for number in 1...configuration.runs {
                var figures = QueueFigures()
                for part in configuration.parts {
                    workbench.tell("run \(number) of \(configuration.runs): \(part.rawValue)")
                    figures.merge(try await part.measure(site, configuration)) { $1 }
                }
                if configuration.isFull {
                    workbench.tell("run \(number) of \(configuration.runs): batch sizes, loads, a burst, a rebuild")
                    figures.merge(try await FullProfile(site: site, configuration: configuration).measure()) { $1 }
                }
                runs.append(figures)
            }
            return runs
        }
        // A Redis that is not ours is where and how it is.
        for surroundings in QueueSurroundings.allCases where configuration.isFull && configuration.redisURL == nil {
            try await measure(surroundings, into: &runs)
        }
        return QueueReport(runs: runs)
    }

    private func measure(_ surroundings: QueueSurroundings, into runs: inout [QueueFigures]) async throws {
        for place in runs.indices {
            workbench.tell("run \(place + 1) of \(runs.count): \(surroundings.title)")
            let figures = try await QueueSite.with(configuration, binary: workbench.binary, in: surroundings) { site in
                try await FullProfile(site: site, configuration: configuration).measure(in: surroundings)
            }
            runs[place].merge(figures) { $1 }
        }
    }
}

/// Figures of one run, by their names in `QueueReport`.
typealias QueueFigures = [String: Double]

/// What can be measured by itself.
public enum QueuePart: String, Sendable, CaseIterable {
    case enqueue, settle, depth, idle, rate

    func measure(
        _ site: QueueSite, _ configuration: QueueBenchmark.Configuration
    ) async throws -> QueueFigures {
        switch self {
        case .enqueue: try await EnqueuePart(site: site, duration: configuration.duration).measure()
        case .settle: try await SettlePart(site: site, jobs: configuration.jobs).measure()
        case .depth: try await DepthPart(site: site, configuration: configuration).measure()
        case .idle: try await IdlePart(site: site, configuration: configuration).measure()
        case .rate:
            try await RatePart(
                site: site, workers: configuration.rateWorkers, duration: configuration.duration * 2
            ).measure()
        }
    }
}
