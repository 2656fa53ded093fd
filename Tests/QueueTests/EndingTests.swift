import Notifications
import Queue
import Redis
import Testing

@Suite struct EndingTests {
    @Test func jobThatIsSettledTwiceInOneCallIsGoneTheSecondTime() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let jobs = try await test.claimed()
            #expect(try await test.end(jobs + jobs, .settle) == [.settled, .gone])
        }
    }

    @Test func settledJobIsForgotten() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let jobs = try await test.claimed()
            #expect(try await test.end(jobs, .settle) == [.settled])
            #expect(
                try await test.state()
                    == RouteState(meta: test.metaAfter(1), flow: ["in:2": [200: 1], "out:2": [200: 1]]))
            #expect(try await test.end(jobs, .settle) == [.gone], "again")
        }
    }

    @Test func retriedJobIsScheduledAndKeepsItsPriorityAndTenant() async throws {
        try await withQueue { test in
            try await test.enqueue([1], tenant: "b", priority: .high)
            let jobs = try await test.claimed()
            #expect(try await test.end(jobs, .retry(after: .seconds(5))) == [.settled])
            #expect(
                try await test.state()
                    == RouteState(
                        meta: test.metaAfter(1), jobs: [1: "1:1:1:b"], scheduled: [1: test.clock.now + 5000],
                        flow: ["in:1": [200: 1], "out:1": [200: 1]], bells: 1))
            #expect(try await test.end(jobs, .retry(after: .zero)) == [.leaseLost], "again")
            test.clock.advance(5000)
            #expect(try await test.claimed().map(\.number) == [1])
        }
    }

    @Test func retryIsCutToTheHorizon() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            #expect(try await test.end(try await test.claimed(), .retry(after: .seconds(86_400))) == [.settled])
            #expect(try await test.state().scheduled == [1: test.clock.now + 3_600_000])
        }
    }

    @Test func releasedJobsStandAtTheHeadInTheirOldOrder() async throws {
        try await withQueue { test in
            try await test.enqueue(1...4)
            try await test.enqueue([9], tenant: "b")
            let before = try await test.state()
            let jobs = try await test.claimed(5)
            #expect(jobs.count == 5)
            #expect(try await test.end(jobs, .release) == Array(repeating: .settled, count: 5))
            let state = try await test.state()
            #expect(state.jobs == before.jobs)
            #expect(state.ready == ["2:a": [1, 2, 3, 4], "2:b": [9]])
            #expect(state.rings.mapValues(Set.init) == [2: ["a", "b"]])
            #expect(state.leased == [:])
            #expect(try await test.end(jobs, .release) == Array(repeating: .leaseLost, count: 5), "again")
        }
    }

    @Test(arguments: [JobEnding.Kind.settle, .retry(after: .seconds(1)), .release])
    func staleTokenChangesNothing(kind: JobEnding.Kind) async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let stale = try await test.claimed()
            test.clock.advance(30_000)
            let fresh = try await test.claimed()
            let leased = try await test.state()
            #expect(try await test.end(stale, kind) == [.leaseLost])
            #expect(try await test.state() == leased)
            #expect(try await test.end(fresh, .release) == [.settled])
            let ready = try await test.state()
            #expect(try await test.end(stale + fresh, kind) == [.leaseLost, .leaseLost])
            #expect(try await test.state() == ready)
        }
    }

    @Test(arguments: [JobEnding.Kind.settle, .retry(after: .seconds(1)), .release])
    func jobThatRedisForgotIsGone(kind: JobEnding.Kind) async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let jobs = try await test.claimed()
            try await test.queue.clear(.email)
            #expect(try await test.end(jobs, kind) == [.gone])
            #expect(try await test.state() == RouteState())
        }
    }

    @Test func mixedEndingsOfSeveralRoutesAreAnsweredInOrder() async throws {
        try await withQueue { test in
            try await test.queue.open(.sms, epoch: TestQueue.epoch)
            try await test.enqueue(1...4)
            try await test.enqueue(5...6, on: .sms)
            let (mail, texts) = (try await test.claimed(), try await test.claimed(on: .sms))
            var stale = mail[3]
            stale.token += 1
            var gone = texts[1]
            gone.id = TestQueue.id(99)
            let answers = try await test.queue.end([
                JobEnding(mail[0], .settle), JobEnding(texts[0], .retry(after: .seconds(1))),
                JobEnding(stale, .settle), JobEnding(mail[1], .release), JobEnding(gone, .settle),
                JobEnding(mail[2], .retry(after: .seconds(2))), JobEnding(texts[1], .settle),
            ])
            #expect(answers == [.settled, .settled, .leaseLost, .settled, .gone, .settled, .settled])
            let (email, sms) = (try await test.state(), try await test.state(of: .sms))
            #expect(email.ready == ["2:a": [2]])
            #expect(email.scheduled == [3: test.clock.now + 2000])
            #expect(email.leased.keys.sorted() == [4])
            #expect(email.jobs.keys.sorted() == [2, 3, 4])
            #expect(sms.scheduled == [5: test.clock.now + 1000])
            #expect(sms.jobs.keys.sorted() == [5])
        }
    }

    @Test func moreThanABatchIsEndedInSeveralCalls() async throws {
        try await withQueue { test in
            try await test.enqueue(1...600)
            var jobs: [ClaimedJob] = []
            for _ in 0..<10 { jobs += try await test.claimed() }
            #expect(jobs.count == 600)
            #expect(try await test.end(jobs, .settle) == Array(repeating: .settled, count: 600))
            #expect(try await test.state().jobs == [:])
            #expect(try await test.queue.end([]) == [])
        }
    }

    @Test func concurrentPairEndsAJobOnce() async throws {
        try await withQueue { test in
            try await test.enqueue([1])
            let jobs = try await test.claimed()
            async let settled = test.end(jobs, .settle)
            async let retried = test.end(jobs, .retry(after: .seconds(1)))
            let answers = try await settled + retried
            let state = try await test.state()
            if state.jobs.isEmpty {
                #expect(answers == [.settled, .gone])
                #expect(state.scheduled == [:])
            } else {
                #expect(answers == [.leaseLost, .settled])
                #expect(state.scheduled == [1: test.clock.now + 1000])
            }
            #expect(state.leased == [:])
        }
    }
}
