import Testing

@testable import Notifications

@Suite struct DeliveryStatusTests {
    @Test(arguments: [
        (DeliveryStatus.pending, 0, true, false), (.scheduled, 0, true, false), (.unknown, 1, false, false),
        (.failed, 2, false, false), (.skipped, 2, false, false), (.expired, 2, false, false),
        (.cancelled, 2, false, false), (.sent, 3, false, true), (.unread, 3, false, true),
        (.bounced, 4, false, false), (.delivered, 5, false, true), (.read, 6, false, true),
    ]) func everyStatusHasItsPlaceInTheLattice(status: DeliveryStatus, rank: Int, isOpen: Bool, isSuccess: Bool) {
        #expect(status.rank == rank)
        #expect(status.isOpen == isOpen)
        #expect(status.isSuccess == isSuccess)
    }

    @Test func orderRefinesTheRankAndHasNoTies() {
        let statuses = DeliveryStatus.allCases
        #expect(statuses.count == 12)
        #expect(Set(statuses.map(\.order)).count == statuses.count)
        for one in statuses {
            for other in statuses where one.rank < other.rank { #expect(one.order < other.order) }
        }
    }
}
