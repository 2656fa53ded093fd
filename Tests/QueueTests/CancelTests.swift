import Notifications
import Queue
import Testing

@Suite struct CancelTests {
    @Test func jobsThatNobodyHasAreForgotten() async throws {
        try await withQueue { test in
            try await test.enqueue([1, 2])
            try await test.enqueue([3], delay: .seconds(60))
            let claimed = try await test.claimed(1)
            try await test.queue.cancel((1...4).map(TestQueue.id), on: .email)
            let state = try await test.state()
            #expect(Array(state.jobs.keys) == [1])
            #expect(state.scheduled.isEmpty)
            #expect(Array(state.leased.keys) == [1])
            #expect(try await test.claimed().isEmpty, "what is left in the list is skipped")
            #expect(try await test.state().ready.isEmpty)
            #expect(try await test.end(claimed, .settle) == [.settled])
        }
    }

    @Test func forgottenJobMayComeAgain() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            try await test.queue.cancel([TestQueue.id(1)], on: .email)
            #expect(try await test.enqueue([1]) == [.created])
            #expect(try await test.claimed().map(\.number) == [1])
            #expect(try await test.claimed().isEmpty)
        }
    }
}
