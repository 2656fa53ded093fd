import Notifications
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
        looks.replan(.email, after: .zero, now: start)
        #expect(looks.next(now: start) == .sms)
        #expect(looks.next(now: start) == .email)
    }

    @Test func aRouteIsNotLookedAtBeforeItsTime() {
        var looks = RouteLooks([.email], now: start)
        _ = looks.next(now: start)
        looks.replan(.email, after: .seconds(2), now: start)
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
        looks.replan(.email, after: nil, now: start)
        #expect(looks.wait(now: start) == nil)
    }
}
