import Foundation
import TestSupport
import Testing

@testable import Notifications

@Suite struct RecipientLimitTests {
    private let hourly = RecipientLimit(count: 2, per: .seconds(3600))

    /// Minutes when the others are sent, the minute at which one more is due, and the first at which there is room.
    @Test(arguments: [
        ([], 0, 0), ([0], 0, 0), ([0], 30, 30), ([0, 10], 20, 60), ([0, 10], 60, 60), ([0, 10], 59, 60),
        ([0, 10, 60, 70], 20, 120), ([0, 60], 30, 30), ([0, 50, 61], 55, 110), ([100, 110], 0, 0),
        ([100, 110], 45, 45),
        ([100, 110], 55, 160), ([100, 110], 105, 160), ([0, 0], 0, 60), ([100], 100, 100),
    ])
    func roomIsTheFirstInstantWithoutTooManyInAnySpan(others: [Double], due: Double, room: Double) {
        let found = hourly.room(from: moment(due * 60), among: others.map { moment($0 * 60) })
        #expect(found == moment(room * 60))
    }

    @Test func noSpanEverHasMore() {
        var generator = SeededGenerator(seed: 11)
        for count in [1, 2, 5] {
            let limit = RecipientLimit(count: count, per: .seconds(60))
            var times: [Date] = []
            for _ in 0..<300 {
                let due = moment(Double(Int.random(in: 0..<3000, using: &generator)))
                let room = limit.room(from: due, among: times)
                #expect(room >= due)
                times.insertInOrder(room)
                // Not a second earlier.
                for earlier in stride(from: due, to: room, by: 1) {
                    var others = times
                    others.removeAll { $0 == room }
                    others.insertInOrder(earlier)
                    #expect(!isWithin(limit, others) || times.count { $0 == room } > 1)
                }
                #expect(isWithin(limit, times))
            }
        }
    }

    private func isWithin(_ limit: RecipientLimit, _ times: [Date]) -> Bool {
        zip(times, times.dropFirst(limit.count)).allSatisfy { $1.timeIntervalSince($0) >= limit.per.timeInterval }
    }

    @Test func limitsAreReadAndWrittenAlike() throws {
        let read = try fields(
            """
            {"limits":{"email":{"count":10,"per":"1h"}},"typeLimits":{"marketing":{"push":{"count":2,"per":"1d"}}},\
            "categoryLimits":{"digest":{"push":{"count":1,"per":"1d"}}},\
            "overLimit":"defer"}
            """)
        let defaults = PreferenceDefaults(read)
        #expect(read.problems.isEmpty)
        #expect(defaults.limits == [.email: RecipientLimit(count: 10, per: .seconds(3600))])
        #expect(defaults.typeLimits == [.marketing: [.push: RecipientLimit(count: 2, per: .seconds(86_400))]])
        #expect(defaults.categoryLimits == ["digest": [.push: RecipientLimit(count: 1, per: .seconds(86_400))]])
        #expect(defaults.overLimit == .waits)
        #expect(PreferenceDefaults(stored: defaults.json) == defaults)
    }

    @Test(arguments: [
        (#"{"limits":{"email":{"count":0,"per":"1h"}}}"#, ["limits.email.count invalid"]),
        (#"{"limits":{"email":{"count":101,"per":"1h"}}}"#, ["limits.email.count invalid"]),
        (#"{"limits":{"email":{"count":1,"per":"59s"}}}"#, ["limits.email.per invalid"]),
        (#"{"limits":{"email":{"count":1,"per":"8d"}}}"#, ["limits.email.per invalid"]),
        (#"{"limits":{"email":{}}}"#, ["limits.email.count missing", "limits.email.per missing"]),
        (#"{"limits":{"email":{"count":1,"per":"1h","x":1}}}"#, ["limits.email.x unknown"]),
        (#"{"typeLimits":{"urgent":{}}}"#, ["typeLimits.urgent unknown"]),
        (#"{"typeLimits":{"alert":{"sms":{"count":1}}}}"#, ["typeLimits.alert.sms.per missing"]),
        (#"{"categoryLimits":{"a":{"fax":{}}}}"#, ["categoryLimits.a.fax unknown"]),
        (#"{"overLimit":"drop"}"#, ["overLimit invalid"]),
    ])
    func eachProblemIsNamed(_ text: String, _ lines: [String]) throws {
        let read = try fields(text)
        _ = PreferenceDefaults(read)
        #expect(read.lines == lines)
    }
}
