import Foundation
import Notifications
import Redis
import Testing

@testable import Queue

@Suite struct ClaimAnswerTests {
    private func reply(_ words: String...) -> RedisValue { .array(words.map { .bytes(Array($0.utf8)) }) }

    @Test func repliesAreRead() throws {
        let id = TestQueue.id(5)
        #expect(try ClaimAnswer(reply("paused", "-1", ""), route: .fcm) == .paused)
        #expect(try ClaimAnswer(reply("rebuild", "-1", ""), route: .fcm) == .rebuild)
        #expect(
            try ClaimAnswer(reply("ok", "-1", "fcm"), route: .fcm) == .jobs([], provider: "fcm", next: nil))
        #expect(
            try ClaimAnswer(reply("ok", "250", "fcm", id.text, "4096001"), route: .fcm)
                == .jobs(
                    [ClaimedJob(id: id, route: .fcm, token: 4_096_001)], provider: "fcm", next: .milliseconds(250)))
    }

    @Test func slotsAreToldUnderACap() throws {
        let (first, second) = (TestQueue.id(5), TestQueue.id(6))
        #expect(
            try ClaimAnswer(reply("ok", "-1", "fcm", first.text, "1", second.text, "2", "8 1"), route: .fcm)
                == .jobs(
                    [
                        ClaimedJob(id: first, route: .fcm, token: 1, slots: 8),
                        ClaimedJob(id: second, route: .fcm, token: 2, slots: 1),
                    ], provider: "fcm", next: nil))
    }

    @Test func anythingElseIsAnErrorThatShowsItsCodeOnly() {
        let id = TestQueue.id(5).text
        let bad = [
            .null, .integer(1), .array([]), reply("ok"), reply("ok", "0"), reply("what", "0", "p"),
            reply("ok", "0", "p", "no-id", "1"), reply("ok", "0", "p", id, "no-token"),
            reply("ok", "0", "p", id, "1", ""), reply("ok", "0", "p", id, "1", "1 1"),
        ]
        for value in bad {
            let error = #expect(throws: QueueReplyError.self) { try ClaimAnswer(value, route: .fcm) }
            #expect(error?.description == "unexpected reply of the script claim")
        }
        let refused = #expect(throws: QueueReplyError.self) {
            try ClaimAnswer(.error("WRONGTYPE secret"), route: .fcm)
        }
        #expect(refused?.description == "unexpected reply of the script claim: WRONGTYPE")
    }
}
