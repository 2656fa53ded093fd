import Documents
import Foundation
import Notifications
import TestSupport
import Testing

/// However results arrive, a document ends the same.
@Suite struct StatusOrderTests {
    static let statuses: [DeliveryStatus] = [.pending, .unknown, .failed, .sent, .bounced, .delivered]

    @Test(arguments: 1...10)
    func anyOrderOfTheSameResultsEndsInTheSameStatuses(_ seed: UInt64) async throws {
        try await withDatabase { database in
            var random = SeededGenerator(seed: seed)
            let samples = (0..<8).map { _ in Sample.notification(to: Sample.manyAddresses) }
            try await database.accept(samples)
            let results = (0..<12).map { _ in
                let route = Sample.manyRoutes.randomElement(using: &random) ?? .email
                let round = Int.random(in: 1...2, using: &random)
                return (route, Standing(round: round, status: Self.statuses.randomElement(using: &random) ?? .sent))
            }
            for sample in samples {
                try await report(results.shuffled(using: &random), of: sample, in: database, using: &random)
            }
            let ends = try await samples.asyncMap { try await database.channels($0.id).mapValues(\.standing) }
            #expect(Set(ends).count == 1)
            #expect(ends.first == expected(results, from: samples[0]))
        }
    }

    /// The highest standing of each route; of a channel with several routes that of its best one.
    private func expected(
        _ results: [(Route, Standing)], from sample: AcceptedNotification
    ) -> [NotificationChannel: Standing] {
        var routes = Dictionary(uniqueKeysWithValues: Sample.manyRoutes.map { ($0, Standing(status: .pending)) })
        for (route, standing) in results { routes[route] = max(routes[route] ?? standing, standing) }
        return Dictionary(routes.map { ($0.key.channel, $0.value) }, uniquingKeysWith: max)
    }

    /// Reports the results as if nobody held a permit, in batches of one to four.
    private func report(
        _ results: [(Route, Standing)], of sample: AcceptedNotification, in database: TestDatabase,
        using random: inout SeededGenerator
    ) async throws {
        let permits = try await sample.deliveries.asyncMap {
            try await database.permits().grant(sample.id, on: $0.route)
        }
        var records = results.compactMap { route, standing -> AttemptRecord? in
            guard var permit = permits.first(where: { $0.route == route }) else { return nil }
            permit.round = standing.round
            permit.fence = -1
            return permit.settled(standing.status)
        }
        while !records.isEmpty {
            let count = Int.random(in: 1...min(4, records.count), using: &random)
            _ = try await OutcomeRecorder(pool: database.pool).record(Array(records.prefix(count)))
            records.removeFirst(count)
        }
    }
}

extension Sequence {
    func asyncMap<Mapped>(_ transform: (Element) async throws -> Mapped) async throws -> [Mapped] {
        var mapped: [Mapped] = []
        for element in self { mapped.append(try await transform(element)) }
        return mapped
    }
}
