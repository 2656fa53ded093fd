import Notifications
import Queue
import Testing

@Suite struct FairnessTests {
    /// How many of a claim's jobs belong to each thousand of numbers.
    private func shares(_ jobs: [ClaimedJob]) -> [Int] {
        (0...3).map { share in jobs.count { $0.number / 1000 == share } }
    }

    @Test func higherPriorityGoesFirstButEachWaitingLowerOneGetsOneGrantInSixteen() async throws {
        try await withQueue { test in
            for priority in Priority.allCases {
                try await test.enqueue((0..<100).map { priority.rawValue * 1000 + $0 }, priority: priority)
            }
            #expect(shares(try await test.claimed(64)) == [52, 4, 4, 4])
            // Small claims do not lose the count.
            var later: [ClaimedJob] = []
            for _ in 0..<16 { later += try await test.claimed(1) }
            #expect(shares(later) == [13, 1, 1, 1])
        }
    }

    @Test func turnOfAPriorityWithNothingWaitingGoesToTheHighest() async throws {
        try await withQueue { test in
            try await test.enqueue((0..<100).map { 1000 + $0 }, priority: .high)
            try await test.enqueue((0..<100).map { 3000 + $0 }, priority: .low)
            #expect(shares(try await test.claimed(64)) == [0, 60, 0, 4])
        }
    }

    @Test func lowPriorityAloneGetsEverything() async throws {
        try await withQueue { test in
            try await test.enqueue((0..<64).map { 3000 + $0 }, priority: .low)
            #expect(shares(try await test.claimed(64)) == [0, 0, 0, 64])
        }
    }

    @Test func oneCriticalJobPassesAHundredLowOnes() async throws {
        try await withQueue { test in
            try await test.enqueue((0..<100).map { 3000 + $0 }, priority: .low)
            _ = try await test.claimed(10)
            try await test.enqueue([1], priority: .critical)
            #expect(try await test.claimed(1).map(\.number) == [1])
        }
    }

    @Test func tenantsAreServedInTurn() async throws {
        try await withQueue { test in
            try await test.enqueue(0..<400, tenant: "a")
            try await test.enqueue([1000, 1001], tenant: "b")
            try await test.enqueue([2000, 2001, 2002], tenant: "c")
            #expect(try await test.claimed(9).map(\.number) == [0, 1000, 2000, 1, 1001, 2001, 2, 2002, 3])
        }
    }

    @Test func twoTenantsWithBacklogsGetTheSameShare() async throws {
        try await withQueue { test in
            try await test.enqueue(0..<400, tenant: "a")
            try await test.enqueue((0..<400).map { 1000 + $0 }, tenant: "b")
            var jobs: [ClaimedJob] = []
            for limit in [7, 13, 1, 30, 13] { jobs += try await test.claimed(limit) }
            #expect(shares(jobs) == [32, 32, 0, 0])
        }
    }

    @Test func tenantThatJoinsStandsBehindThoseThatWait() async throws {
        try await withQueue { test in
            for (place, tenant) in ["a", "b", "c"].enumerated() {
                try await test.enqueue((0..<9).map { 1000 * place + $0 }, tenant: tenant)
            }
            #expect(try await test.claimed(3).map(\.number) == [0, 1000, 2000])
            try await test.enqueue([3000], tenant: "d")
            var jobs = try await test.claimed(4)
            #expect(jobs.map(\.number) == [1, 1001, 2001, 3000])
            _ = try await test.end([jobs[3]], .release)
            jobs = try await test.claimed(4)
            #expect(jobs.map(\.number) == [2, 1002, 2002, 3000])
            _ = try await test.end([jobs[3]], .retry(after: .zero))
            #expect(try await test.claimed(4).map(\.number) == [3, 1003, 2003, 3000])
        }
    }

    @Test func idleTenantEarnsNoCredit() async throws {
        try await withQueue { test in
            try await test.enqueue(0..<200, tenant: "a")
            _ = try await test.claimed(50)
            try await test.enqueue((0..<50).map { 1000 + $0 }, tenant: "b")
            #expect(shares(try await test.claimed(20)) == [10, 10, 0, 0])
        }
    }
}
