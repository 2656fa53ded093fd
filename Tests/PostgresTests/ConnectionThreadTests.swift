import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite struct ConnectionThreadTests {
    private actor Counter {
        private let thread = ConnectionThread(name: "counter")
        private var threads: Set<pthread_t> = []
        private(set) var count = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

        isolated deinit { thread.end() }

        /// Returns how many threads it ever ran on.
        func increment() -> Int {
            count += 1
            threads.insert(pthread_self())
            return threads.count
        }
    }

    @Test func everyJobRunsOnTheOneThread() async {
        let counter = Counter()
        let threads = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<1000 { group.addTask { await counter.increment() } }
            return await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(threads == [1])
        #expect(await counter.count == 1000)
    }

    @Test func threadIsReleasedOnceEnded() async throws {
        weak var released: ConnectionThread?
        do {
            let thread = ConnectionThread(name: "ending")
            released = thread
            thread.end()
        }
        try await eventually("the thread lets go") { released == nil }
    }
}
