import Notifications
import Queue
import Testing

@testable import Worker

struct RouteLooksTests {
    private let start = ContinuousClock.now

    @Test func allRoutesAreLookedAtOnceAtTheStartInTurn() {
        var looks = RouteLooks([.email, .sms], now: start)
        #expect(looks.next(now: start) == .email)
        #expect(looks.next(now: start) == .sms)
        #expect(looks.next(now: start) == nil)
        #expect(looks.wait(now: start) == nil)
    }

    @Test func aBusyRouteDoesNotKeepAnotherFromItsTurn() {
        var looks = RouteLooks([.email, .sms], now: start)
        #expect(looks.next(now: start) == .email)
        looks.replan(.email, NextLook(after: .zero), now: start)
        #expect(looks.next(now: start) == .sms)
        #expect(looks.next(now: start) == .email)
    }

    @Test func aRouteIsNotLookedAtBeforeItsTime() {
        var looks = RouteLooks([.email], now: start)
        _ = looks.next(now: start)
        looks.replan(.email, NextLook(after: .seconds(2)), now: start)
        #expect(looks.next(now: start + .seconds(1)) == nil)
        #expect(looks.wait(now: start + .seconds(1)) == .seconds(1))
        #expect(looks.next(now: start + .seconds(2)) == .email)
    }

    @Test func theEarlierOfTwoPlannedLooksStays() {
        var looks = RouteLooks([.email], now: start)
        _ = looks.next(now: start)
        looks.look(at: .email, after: .seconds(5), now: start)
        looks.look(at: .email, after: .seconds(1), now: start)
        looks.look(at: .email, after: .seconds(9), now: start)
        #expect(looks.wait(now: start) == .seconds(1))
        looks.replan(.email, NextLook(after: nil), now: start)
        #expect(looks.wait(now: start) == nil)
    }
}

extension RouteLooksTests {
    @Test func aBellIsNoUseWhileNobodyHasTokens() {
        for (lack, rest) in [(ClaimAnswer.Lack.rate, 50), (.blocked, 50), (.slots, 0), (.reserve, 0)] {
            var looks = RouteLooks([.email], now: start)
            _ = looks.next(now: start)
            looks.replan(.email, NextLook(lacking: lack, after: .seconds(2)), now: start)
            #expect(looks.wait(now: start) == .seconds(2))
            looks.look(at: .email, after: .zero, now: start + .milliseconds(1))
            #expect(looks.wait(now: start) == .milliseconds(max(1, rest)), "\(lack)")
        }
    }
}
