import Notifications
import Testing

@Suite struct RedriveTests {
    private func state(_ status: DeliveryStatus, round: Int = 1) -> ChannelState {
        var state = ChannelState(status: status, failure: .test)
        state.standing = Standing(round: round, status: status)
        return state
    }

    /// A push channel by the standings of its routes and targets.
    private func push(_ routes: [Route: Standing], _ targets: [String: Standing] = [:]) -> ChannelState {
        var state = ChannelState(status: .failed, failure: .test)
        state.routes = routes
        state.targets = targets.mapValues { TargetState(standing: $0, attempts: 5, failure: .test) }
        state.standing = routes.values.max() ?? state.standing
        return state
    }

    @Test(arguments: DeliveryStatus.allCases) func onlyWhatNobodyHasIsTriedAgain(status: DeliveryStatus) {
        var state = state(status)
        let isOver = [.unknown, .failed, .skipped, .expired, .cancelled, .bounced].contains(status)
        let before = state
        let first = state.redrive(.email, after: 1, targets: [])
        #expect(first == (isOver ? .redriven(round: 2) : .settled))
        if isOver {
            #expect(state.standing == Standing(round: 2, status: .pending))
            #expect(state.isOpen && state.failure == nil)
        } else {
            #expect(state == before)
        }
    }

    @Test func letterOfAnotherRoundIsSettled() {
        for round in [1, 3] {
            var state = state(.failed, round: round)
            let first = state.redrive(.email, after: 2, targets: [])
            #expect(first == .settled)
            #expect(state.standing.round == round)
        }
    }

    @Test func whatTheRoundBeforeStillReportsCountsNoMore() {
        var state = state(.failed)
        let first = state.redrive(.email, after: 1, targets: [])
        #expect(first == .redriven(round: 2))
        let late = RouteResult(route: .email, standing: Standing(status: .failed), attempts: 5, at: moment(0))
        let changed = state.merge(late)
        #expect(!changed)
        #expect(state.status == .pending)
        state.merge(RouteResult(route: .email, standing: Standing(round: 2, status: .sent), attempts: 1, at: moment(1)))
        #expect(state.status == .sent)
    }

    @Test func devicesThatAreDoneComeAlongAndTheOthersOpen() {
        let (sent, failed) = (Standing(status: .sent), Standing(status: .failed))
        var state = push([.apns: sent, .fcm: failed], ["phone": sent, "tablet": failed, "lost": failed])
        let first = state.redrive(.fcm, after: 1, targets: ["tablet", "new"])
        #expect(first == .redriven(round: 2))
        let open = Standing(round: 2, status: .pending)
        let done = Standing(round: 2, status: .sent)
        #expect(state.routes == [.apns: done, .fcm: open])
        #expect(
            state.targets.mapValues(\.standing) == ["phone": done, "tablet": open, "new": open, "lost": failed])
        #expect(state.status == .sent, "the other route's success is not taken back")
        #expect(state.isOpen)
        // It fails again: the phone still has it.
        state.merge(RouteResult(route: .fcm, standing: Standing(round: 2, status: .failed), attempts: 5, at: moment(0)))
        #expect(state.status == .sent && !state.isOpen)
    }

    @Test func twoRoutesOfOneChannelMeetInOneRound() {
        let failed = Standing(status: .failed)
        var state = push([.apns: failed, .fcm: Standing(round: 3, status: .failed)])
        let first = state.redrive(.apns, after: 1, targets: [])
        #expect(first == .redriven(round: 3))
        let second = state.redrive(.fcm, after: 3, targets: [])
        #expect(second == .busy)
        state.merge(RouteResult(route: .apns, standing: Standing(round: 3, status: .sent), attempts: 1, at: moment(0)))
        #expect(state.status == .sent)
        let third = state.redrive(.fcm, after: 3, targets: [])
        #expect(third == .redriven(round: 4))
        #expect(state.status == .sent)
    }

    @Test func allRoutesOfAChannelAreOpenedTogether() {
        let failed = Standing(status: .failed)
        var state = push([.apns: failed, .fcm: failed])
        let first = state.redrive(.apns, after: 1, targets: [])
        #expect(first == .redriven(round: 2))
        let second = state.redrive(.fcm, after: 1, targets: [])
        #expect(second == .redriven(round: 2))
        #expect(state.standing == Standing(round: 2, status: .pending))
    }

    @Test func routeWaitsForAnotherThatIsStillTried() {
        var state = push([.apns: Standing(status: .pending), .fcm: Standing(status: .failed)])
        let before = state
        let first = state.redrive(.fcm, after: 1, targets: [])
        #expect(first == .busy)
        #expect(state == before)
    }
}
