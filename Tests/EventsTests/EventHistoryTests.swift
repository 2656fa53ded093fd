import Notifications
import Testing

@testable import Events

struct EventHistoryTests {
    private func history(_ numbers: [Int64], capacity: Int = 100) -> EventHistory {
        var history = EventHistory(capacity: capacity)
        for number in numbers { history.record(number) }
        return history
    }

    /// Which of these numbers a client has missed that saw `last` last.
    private func missed(_ numbers: ClosedRange<Int64>, after last: Int64, in history: EventHistory) -> [Int64] {
        let point = history.resumePoint(after: last)
        return numbers.filter(point.isMissed)
    }

    @Test func whatCameInOrderIsMissedFromTheNextNumberOn() {
        #expect(missed(1...6, after: 3, in: history([1, 2, 3, 4, 5])) == [4, 5, 6])
    }

    @Test func lowerNumberPublishedLaterIsMissed() {
        #expect(missed(97...101, after: 100, in: history([97, 99, 100, 98])) == [98, 101])
    }

    @Test func higherNumberPublishedEarlierIsNot() {
        #expect(missed(97...102, after: 98, in: history([97, 99, 100, 98, 101])) == [101, 102])
    }

    /// It is not known what came after it: rather twice than never.
    @Test func aroundANumberThatIsNotKnownAllIsMissed() {
        #expect(missed(1...9, after: 4, in: history([4, 5, 3, 6, 7], capacity: 3)) == [1, 2, 3, 5, 6, 7, 8, 9])
        #expect(missed(1...3, after: 2, in: history([])) == [1, 3], "as after a start")
        #expect(missed(497...502, after: 1000, in: history([])) == [501, 502], "and no more than the overlap")
    }

    @Test func fullHistoryKeepsTheNewestInTheirOrder() {
        #expect(missed(1...9, after: 7, in: history([1, 2, 3, 5, 7, 6], capacity: 3)) == [6, 8, 9])
    }

    @Test func replayStartsBeforeTheLastNumberAndNeverBelowZero() {
        #expect(EventHistory(capacity: 1).resumePoint(after: 10).replayStart == 0)
        #expect(EventHistory(capacity: 1).resumePoint(after: 10_000).replayStart == 9500)
    }

    @Test func whatIsLaterThanTheOverlapIsNotReplayed() {
        #expect(missed(1...3, after: 1000, in: history([1000, 2])) == [])
    }

    @Test func numberIsReadFromThePayloadOfAnEvent() {
        #expect(StatusEvent.number(in: StatusEvent.sample(98).json.utf8) == 98)
        #expect(StatusEvent.number(in: StatusEvent.sample().json.utf8) == nil)
        #expect(StatusEvent.number(in: []) == nil)
        #expect(StatusEvent.number(in: Array(#"{"id":99999999999999999999}"#.utf8)) == nil)
    }
}
