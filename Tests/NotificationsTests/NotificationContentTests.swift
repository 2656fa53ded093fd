import Foundation
import Notifications
import Testing

@Suite struct NotificationContentTests {
    private let now = moment(0)

    private func content(_ text: String) throws -> NotificationContent {
        let draft = NotificationDraft(try fields(text), at: now)
        return NotificationContent(draft, to: try #require(draft.to.first), at: now)
    }

    @Test func contentOfAFullDraftComesBackFromItsDocument() throws {
        let content = try content(
            #"""
            {"to":{"userId":"u42","email":"a@example.com"},"type":"alert","priority":"critical","title":"T","body":"B",
             "data":{"n":1.50},"overrides":{"email":{"subject":"S"},"push":{"badge":1}},"metadata":{"m":true},
             "delivery":"atMostOnce","collapseKey":"k","sendAt":"2026-12-01T08:00:00Z","expiresIn":"2h"}
            """#)
        let json = content.json.text
        #expect(
            json == #"""
                {"to":{"userId":"u42","email":"a@example.com"},"type":"alert","priority":"critical","title":"T",\#
                "body":"B","data":{"n":1.50},"overrides":{"email":{"subject":"S"},"push":{"badge":1}},\#
                "metadata":{"m":true},"delivery":"atMostOnce","collapseKey":"k",\#
                "sendAt":"2026-12-01T08:00:00.000Z",\#
                "expiresAt":"2026-12-01T10:00:00.000Z"}
                """#)
        #expect(NotificationContent(stored: try JSON(parsing: json)) == content)
    }

    @Test func requestAndTraceTravelWithTheContent() throws {
        var draft = NotificationDraft(try fields(#"{"to":{"userId":"u42"},"body":"B"}"#), at: now)
        draft.requestId = "request-1"
        draft.trace = TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        let content = NotificationContent(draft, to: draft.to[0], at: now)
        #expect(content.json["requestId"] == "request-1")
        #expect(content.json["traceparent"] == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        #expect(NotificationContent(stored: content.json) == content)
    }

    @Test func shortContentComesBackToo() throws {
        let content = try content(#"{"to":{"userId":"u42"},"body":"B"}"#)
        #expect(content.expiresAt == now.addingTimeInterval(72 * 3600))
        #expect(NotificationContent(stored: content.json) == content)
    }

    @Test func timeToSendThatHasPassedMeansNow() throws {
        let content = try content(#"{"to":{"userId":"u"},"body":"B","sendAt":"2020-01-01T00:00:00Z","expiresIn":"1m"}"#)
        #expect(content.sendAt == nil)
        #expect(content.expiresAt == now.addingTimeInterval(60))
    }

    @Test func timeOfDayIsThatOfTheRecipient() throws {
        let text =
            #"{"to":{"userId":"u"},"body":"B","sendAt":{"localTime":"09:00","date":"2026-12-01"},"expiresIn":"1h"}"#
        let draft = NotificationDraft(try fields(text), at: now)
        for (timezone, time) in [
            ("Europe/Stockholm", "2026-12-01T08:00:00.000Z"), ("America/New_York", "2026-12-01T14:00:00.000Z"),
            (nil, "2026-12-01T09:00:00.000Z"), ("Mars/Olympus", "2026-12-01T09:00:00.000Z"),
        ] {
            let content = NotificationContent(draft, to: draft.to[0], timezone: timezone, at: now)
            #expect(content.json["sendAt"]?.string == time)
            #expect(content.expiresAt == content.sendAt.map { $0 + 3600 })
        }
        let over = NotificationContent(draft, to: draft.to[0], at: now + 90 * 86400)
        #expect(over.sendAt == nil, "a day that is over means now")
    }

    @Test func unknownStoredWordsFallToTheirDefaults() {
        let content = NotificationContent(
            stored: ["type": "spam", "priority": "urgent", "delivery": "exactlyOnce", "sendAt": "soon"])
        #expect(content.to == Recipient())
        #expect(content.type == .transactional)
        #expect(content.priority == .medium)
        #expect(content.guarantee == .atLeastOnce)
        #expect(content.sendAt == nil)
        #expect(content.expiresAt == .distantFuture)
    }
}
