import Notifications
import Queue
import Redis
import Testing

@Suite struct PauseTests {
    private let paused = RoutePause(isPaused: true, revision: 3)
    private let resumed = RoutePause(isPaused: false, revision: 4)

    @Test func pausedRouteKeepsItsJobsAndGrantsThemOnceItIsResumed() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2])
            let leased = try await test.claimed(1)
            #expect(try await test.queue.apply([.email: paused]) == [.email])
            #expect(try await test.claim() == .paused)
            #expect(try await test.end(leased, .settle) == [.settled], "what is under way ends normally")
            #expect(try await test.queue.apply([.email: resumed]) == [.email])
            #expect(try await test.claimed().map(\.number) == [2])
        }
    }

    @Test func sayingItAgainOrSayingAnOlderWordChangesNothing() async throws {
        try await withQueue { test in
            try await test.queue.apply([.email: resumed])
            let before = try await test.state()
            #expect(try await test.queue.apply([.email: resumed, .sms: .never]) == [.sms])
            #expect(try await test.queue.apply([.email: paused]) == [])
            #expect(try await test.state() == before)
        }
    }

    @Test func resumingRingsAndPausingDoesNot() async throws {
        try await withQueue { test in
            try await test.queue.apply([.email: paused])
            #expect(try await test.state().bells == 0)
            try await test.queue.apply([.email: resumed])
            #expect(try await test.state().bells == 1)
        }
    }

    /// The rebuild read the setting, then somebody paused the route, then the rebuild opens it.
    @Test func rebuildDoesNotUndoWhatWasSaidMeanwhile() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            try await test.queue.clear(.email)
            try await test.queue.apply([.email: paused])
            #expect(try await test.claim() == .rebuild, "a pause opens nothing")
            try await test.enqueue([1])
            try await test.queue.open(.email, epoch: TestQueue.epoch, pause: RoutePause(isPaused: false, revision: 2))
            #expect(try await test.claim() == .paused)
        }
    }

    @Test func agesAreThoseOfTheFirstInLine() async throws {
        try await withQueue { test in
            // Ids of tests were all made at the start of the epoch; the clock stands at 1,000 s.
            try await test.enqueue([7], tenant: "a", priority: .high)
            try await test.enqueue([8], tenant: "b", priority: .high)
            let counts = try await test.queue.counts(of: [.email, .sms])
            #expect(counts[.email]?.oldest == [.high: .seconds(1000)])
            #expect(counts[.sms]?.oldest == [:])
            test.clock.advance(500)
            #expect(try await test.queue.counts(of: .email).oldest == [.high: .milliseconds(1_000_500)])
            _ = try await test.claimed()
            #expect(try await test.queue.counts(of: .email).oldest == [:])
        }
    }
}
