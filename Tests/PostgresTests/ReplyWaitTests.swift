import Testing

@testable import Postgres

@Suite struct ReplyWaitTests {
    private static let start = ContinuousClock.now
    private static let cancel = ReplyWait.Step.cancel(within: .seconds(2))

    private func wait(deadline: Duration?, grace: Duration? = .seconds(2), heeding: Bool = true) -> ReplyWait {
        ReplyWait(
            start: Self.start, deadline: deadline.map { Self.start + $0 }, grace: grace, heedsCancellation: heeding)
    }

    @Test(arguments: [
        (Duration.zero, false, ReplyWait.Step.wait(.milliseconds(50))),
        (.milliseconds(990), false, .wait(.milliseconds(10))),
        (.seconds(1), false, cancel),
        (.zero, true, .wait(.milliseconds(50))),
        (.milliseconds(49), true, .wait(.milliseconds(50))),
        (.milliseconds(50), true, cancel),
    ])
    func statementIsCancelledAtItsDeadlineOrSoonAfterItsTask(
        after time: Duration, isCancelled: Bool, step: ReplyWait.Step
    ) {
        var wait = wait(deadline: .seconds(1))
        #expect(wait.next(at: Self.start + time, isCancelled: isCancelled) == step)
        #expect(wait.wasCancelled == (isCancelled && step == Self.cancel))
    }

    @Test func withoutADeadlineOnlyCancellationEndsIt() {
        var wait = wait(deadline: nil)
        #expect(wait.next(at: Self.start + .seconds(3600), isCancelled: false) == .wait(.milliseconds(50)))
        #expect(wait.next(at: Self.start + .seconds(3600), isCancelled: true) == Self.cancel)
    }

    @Test func shieldedStatementIsNotCancelledWithItsTask() {
        var wait = wait(deadline: .seconds(1), heeding: false)
        #expect(wait.next(at: Self.start + .milliseconds(900), isCancelled: true) == .wait(.milliseconds(50)))
        #expect(wait.next(at: Self.start + .seconds(1), isCancelled: true) == Self.cancel)
        #expect(!wait.wasCancelled, "it was late")
    }

    @Test func cancelledStatementIsCancelledOnceAndGivenUpAfterTheGrace() {
        var wait = wait(deadline: nil)
        let moment = Self.start + .milliseconds(50)
        #expect(wait.next(at: moment, isCancelled: true) == Self.cancel)
        #expect(wait.next(at: moment, isCancelled: true) == .wait(.milliseconds(50)))
        #expect(wait.next(at: moment + .milliseconds(1990), isCancelled: true) == .wait(.milliseconds(10)))
        #expect(wait.next(at: moment + .seconds(2), isCancelled: true) == .giveUp)
    }

    @Test func withoutGraceTheConnectionIsGivenUpAtOnce() {
        var late = wait(deadline: .seconds(1), grace: nil)
        #expect(late.next(at: Self.start + .seconds(1), isCancelled: false) == .giveUp)
        var unwanted = wait(deadline: .seconds(1), grace: nil)
        #expect(unwanted.next(at: Self.start + .milliseconds(50), isCancelled: true) == .giveUp)
    }
}
