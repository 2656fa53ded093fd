import Documents
import Notifications
import Testing

@Suite struct LivePermitsTests {
    @Test func whoeverMayBeSendingCountsUntilThePermitEnds() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(3)
            try await database.accept(samples)
            let permits = LivePermits(pool: database.pool)
            #expect(try await permits.count(on: .email) == 0)
            _ = try await database.permits().grants(samples.map(\.id))
            #expect(try await permits.count(on: .email) == 3)
            #expect(try await permits.count(on: .sms) == 0)
            try await database.abandonPermit(of: samples[0].id)
            #expect(try await permits.count(on: .email) == 2)
        }
    }
}
