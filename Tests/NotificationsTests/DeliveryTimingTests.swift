import Notifications
import Testing

@Suite struct DeliveryTimingTests {
    @Test func defaultsAreSound() {
        #expect(
            DeliveryTiming()
                == DeliveryTiming(
                    callDeadline: .seconds(15), permit: .seconds(25), lease: .seconds(30), grace: .seconds(5)))
        #expect(DeliveryTiming().problem == nil)
    }

    @Test(arguments: [
        (0, 25, 30, "the call deadline must be above zero"),
        (-1, 25, 30, "the call deadline must be above zero"),
        (25, 25, 30, "the call deadline must be shorter than the permit"),
        (26, 25, 30, "the call deadline must be shorter than the permit"),
        (15, 31, 30, "the permit must not be longer than the lease"),
        (15, 30, 30, nil),
        (29, 30, 30, nil),
    ]) func orderOfTheThreeIsChecked(deadline: Int, permit: Int, lease: Int, problem: String?) {
        let timing = DeliveryTiming(
            callDeadline: .seconds(deadline), permit: .seconds(permit), lease: .seconds(lease))
        #expect(timing.problem == problem)
    }
}
