import Notifications
import Testing

@testable import Worker

@Suite struct LoopStateTests {
    private let now = ContinuousClock.now

    /// A provider that hangs, and has all the slots that its route may have, does not slow the other routes down.
    @Test func routeWithoutRoomIsWaitedForOnlyUntilAnotherIsDue() {
        var state = LoopState([.email, .sms], now: now)
        #expect(state.looks.next(now: now) == .email)
        #expect(state.patience(now: now) == .zero, "the other one is due")
        state.hasWaited(for: .email, now: now)
        #expect(state.looks.next(now: now) == .sms)
        state.looks.replan(.sms, NextLook(after: .milliseconds(5)), now: now)
        #expect(state.looks.next(now: now) == .email)
        #expect(state.patience(now: now) == .milliseconds(5))
        state.looks.replan(.sms, NextLook(after: nil), now: now)
        #expect(state.patience(now: now) == .milliseconds(20), "bells are to be heard soon")
    }

    @Test func bellsAreHeardSoonerBesideARouteWithoutRoom() {
        var state = LoopState([.email], now: now)
        #expect(!state.isTimeToListen(now: now + .milliseconds(20)))
        state.hasWaited(for: .email, now: now)
        #expect(state.isTimeToListen(now: now + .milliseconds(20)))
    }
}
