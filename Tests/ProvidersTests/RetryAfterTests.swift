import Foundation
import HTTPTypes
import Testing

@testable import Providers

@Suite struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT.
    private static let now = Date(timeIntervalSince1970: 784_111_777)

    @Test(arguments: [
        ("0", Duration.zero), ("7", .seconds(7)), (" 7 ", .seconds(7)), ("007", .seconds(7)),
        ("900", .seconds(900)), ("901", .seconds(900)), ("99999999999999999999999", .seconds(900)),
        ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)), ("Sun, 06 Nov 1994 08:49:37 GMT", .zero),
        ("Sun, 06 Nov 1994 08:00:00 GMT", .zero), ("Mon, 07 Nov 1994 08:49:37 GMT", .seconds(900)),
        ("Wed, 01 Jan 9999 00:00:00 GMT", .seconds(900)),
    ])
    func waitIsReadAndClamped(value: String, wait: Duration) {
        #expect(RetryAfter.parse(value, at: Self.now) == wait)
    }

    @Test(arguments: [
        "", " ", "-5", "+5", "1.5", "1e3", "soon", "٣", "7, 8", "Sun, 06 Nov 1994 08:49:37", "06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 8:49 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z",
    ])
    func garbageIsAbsent(value: String) {
        #expect(RetryAfter.parse(value, at: Self.now) == nil)
    }

    @Test func fractionOfASecondIsRoundedUp() {
        let now = Self.now.addingTimeInterval(-0.5)
        #expect(RetryAfter.parse("Sun, 06 Nov 1994 08:49:37 GMT", at: now) == .seconds(1))
    }

    @Test func headerIsFoundAmongOthers() {
        #expect(RetryAfter.parse([.contentLength: "0", .retryAfter: "3"], at: Self.now) == .seconds(3))
        #expect(RetryAfter.parse([.contentLength: "0"], at: Self.now) == nil)
    }
}
