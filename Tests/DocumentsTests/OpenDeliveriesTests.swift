import Documents
import Foundation
import Notifications
import Testing

@Suite struct OpenDeliveriesTests {
    private static let start = UUID.version7Floor(at: Date(timeIntervalSince1970: 0))

    @Test func pagesGoThroughAllOpenWorkOfARouteOnce() async throws {
        try await withDatabase { database in
            let samples = (0..<10).map { Sample.notification(["priority": $0 % 2 == 0 ? "low" : "critical"]) }
            try await database.accept(samples + [Sample.notification(to: ["phone": "+46701234567"])])
            let open = OpenDeliveries(pool: database.pool, timing: DeliveryTiming())
            var jobs: [QueuedDelivery] = []
            var after: UUID? = Self.start
            var pages = 0
            while let start = after {
                let page = try await open.page(route: .email, after: start, horizon: .seconds(60), limit: 4)
                jobs += page.jobs
                after = page.next
                pages += 1
            }
            let expected = samples.map {
                QueuedDelivery(id: $0.id, tenant: "acme", priority: $0.content.priority, cost: 1, delay: .zero)
            }
            #expect(jobs == expected.sorted { $0.id.text < $1.id.text })
            #expect(pages == 3)
        }
    }

    @Test func theCostIsTheNumberOfDevices() async throws {
        try await withDatabase { database in
            _ = try await database.accept(Sample.notification(to: Sample.manyAddresses))
            let open = OpenDeliveries(pool: database.pool, timing: DeliveryTiming())
            let page = try await open.page(route: .fcm, after: Self.start, horizon: .zero, limit: 10)
            #expect(page.jobs.map(\.cost) == [2])
        }
    }

    @Test func whatIsHeldIsDueOnceItsPermitIsDead() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let timing = DeliveryTiming(permit: .seconds(1000), lease: .seconds(1000), grace: .seconds(500))
            let store = PermitStore(pool: database.pool, timing: timing, maximumAttempts: 5)
            _ = try await store.grant(sample.id)
            let page = try await OpenDeliveries(pool: database.pool, timing: timing)
                .page(route: .email, after: Self.start, horizon: .seconds(3600), limit: 10)
            #expect(page.jobs.map(\.id) == [sample.id])
            #expect(page.jobs.first?.sender != nil, "its slot is taken")
            #expect((.seconds(1400)...(.seconds(1500))).contains(try #require(page.jobs.first).delay))
        }
    }

    @Test func whatIsDueBeyondTheHorizonIsLeftOutAndThePageGoesOn() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(4).sorted { $0.id.text < $1.id.text }
            try await database.accept(samples)
            for sample in samples[..<2] {
                try await database.alterDelivery(sample.id, set: "not_before = now() + interval '1 hour'")
            }
            try await database.alterDelivery(samples[2].id, set: "not_before = now() + interval '10 minutes'")
            let open = OpenDeliveries(pool: database.pool, timing: DeliveryTiming())
            let first = try await open.page(route: .email, after: Self.start, horizon: .seconds(1800), limit: 2)
            #expect(first.jobs.isEmpty)
            let next = try #require(first.next)
            let second = try await open.page(route: .email, after: next, horizon: .seconds(1800), limit: 2)
            #expect(second.jobs.map(\.id) == samples[2...].map(\.id))
            #expect((.seconds(500)...(.seconds(600))).contains(try #require(second.jobs.first).delay))
            #expect(second.jobs.last?.delay == .zero)
        }
    }
}
