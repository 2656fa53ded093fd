import Foundation
import Testing

@testable import Notifications

@Suite struct NotificationDraftTests {
    private let now = moment(0)

    private func draft(_ text: String) throws -> (NotificationDraft, problems: [String]) {
        let fields = try fields(text)
        let draft = NotificationDraft(fields, at: now)
        return (draft, fields.lines)
    }

    @Test func fullRequestIsRead() throws {
        let (draft, problems) = try draft(
            #"""
            {"to":{"userId":"u42"},"channels":["push","email","inApp"],"type":"marketing","priority":"high",
             "title":"Order shipped","body":"On its way.","data":{"order":8812},
             "overrides":{"email":{"subject":"Shipped"},"push":{"badge":1}},"metadata":{"source":"shop"},
             "delivery":"atMostOnce","sendAt":"2026-12-01T08:00:00Z","expiresIn":"2h"}
            """#)
        #expect(problems == [])
        #expect(draft.to == [Recipient(userId: "u42")])
        #expect(draft.isList == false)
        #expect(draft.channels == [.push, .email, .inApp])
        #expect(draft.type == .marketing)
        #expect(draft.priority == .high)
        #expect(draft.title == "Order shipped")
        #expect(draft.body == "On its way.")
        #expect(draft.data == JSONObject([("order", 8812)]))
        #expect(
            draft.overrides == [.email: JSONObject([("subject", "Shipped")]), .push: JSONObject([("badge", 1)])])
        #expect(draft.metadata == JSONObject([("source", "shop")]))
        #expect(draft.guarantee == .atMostOnce)
        #expect(draft.sendAt == Date(timeIntervalSince1970: 1_796_112_000))
        #expect(draft.expiresIn == .seconds(7200))
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let (draft, problems) = try draft(#"{"to":[{"email":"a@example.com"}],"body":"Hello"}"#)
        #expect(problems == [])
        #expect(draft.to.map(\.email) == ["a@example.com"])
        #expect(draft.isList)
        #expect(draft.channels == nil)
        #expect(draft.type == .transactional)
        #expect(draft.priority == .medium)
        #expect(draft.title == nil)
        #expect(draft.body == "Hello")
        #expect(draft.data == nil)
        #expect(draft.overrides == [:])
        #expect(draft.metadata == nil)
        #expect(draft.guarantee == .atLeastOnce)
        #expect(draft.sendAt == nil)
        #expect(draft.expiresIn == .seconds(72 * 3600))
    }

    @Test(arguments: [
        (#""title":7"#, ["title wrongType"]),
        (#""title":"""#, ["title invalid"]),
        (#""body":[]"#, ["body wrongType"]),
        (#""channels":"email""#, ["channels wrongType"]),
        (#""channels":[]"#, ["channels invalid"]),
        (
            #""channels":["email",7,"fax","email"]"#,
            [
                "channels[1] wrongType", "channels[2] invalid", "channels[3] conflict",
            ]
        ),
        (
            #""channels":["push","email","sms","inApp","chat","webhook","push"]"#,
            [
                "channels tooMany", "channels[6] conflict",
            ]
        ),
        (#""type":"spam""#, ["type invalid"]),
        (#""priority":"urgent""#, ["priority invalid"]),
        (#""priority":0"#, ["priority wrongType"]),
        (#""data":"text""#, ["data wrongType"]),
        (#""overrides":{"email":1,"fax":{}}"#, ["overrides.fax unknown", "overrides.email wrongType"]),
        (#""metadata":[]"#, ["metadata wrongType"]),
        (#""delivery":"exactlyOnce""#, ["delivery invalid"]),
        (#""sendAt":"tomorrow""#, ["sendAt invalid"]),
        (#""sendAt":"2038-01-01T00:00:00Z""#, ["sendAt invalid"]),
        (#""sendAt":{}"#, ["sendAt.localTime missing"]),
        (#""sendAt":{"localTime":"24:00"}"#, ["sendAt.localTime invalid"]),
        (#""sendAt":{"localTime":"9:00"}"#, ["sendAt.localTime invalid"]),
        (#""sendAt":{"localTime":"09:60"}"#, ["sendAt.localTime invalid"]),
        (#""sendAt":{"localTime":"+9:00"}"#, ["sendAt.localTime invalid"]),
        (#""sendAt":{"localTime":9,"timezone":"UTC"}"#, ["sendAt.timezone unknown", "sendAt.localTime wrongType"]),
        (#""sendAt":{"localTime":"09:00","date":"2026-02-30"}"#, ["sendAt.date invalid"]),
        (#""sendAt":{"localTime":"09:00","date":"26-12-01"}"#, ["sendAt.date invalid"]),
        (#""sendAt":{"localTime":"09:00","date":"2038-01-01"}"#, ["sendAt.date invalid"]),
        (#""collapseKey":"""#, ["collapseKey invalid"]),
        (#""collapseKey":8812"#, ["collapseKey wrongType"]),
        (#""delay":"0s""#, ["delay invalid"]),
        (#""delay":"367d""#, ["delay invalid"]),
        (#""delay":90"#, ["delay invalid"]),
        (#""delay":"1m","sendAt":"2026-12-01T08:00:00Z""#, ["delay conflict"]),
        (#""delay":"1m","sendAt":{"localTime":"09:00"}"#, ["delay conflict"]),
        (#""expiresIn":"31d""#, ["expiresIn invalid"]),
        (#""expiresIn":"999ms""#, ["expiresIn invalid"]),
        (#""colour":"red""#, ["colour unknown"]),
    ]) func everyBadMemberIsNamed(member: String, lines: [String]) throws {
        let text = member.contains("\"title\"") ? "" : #""title":"t","#
        #expect(try draft(#"{"to":{"userId":"u"},"body":"b",\#(text)\#(member)}"#).problems == lines)
    }

    @Test func delayCountsFromNowAndNeverEndsEarly() throws {
        func sendAt(_ now: Date) throws -> Date? {
            NotificationDraft(try fields(#"{"to":{"userId":"u"},"body":"b","delay":"90s"}"#), at: now).sendAt
        }
        #expect(try sendAt(now) == now + 90)
        let due = try #require(try sendAt(now + 0.0004))
        #expect((0.0006...0.0011).contains(due.timeIntervalSince(now) - 90 - 0.0001))
        #expect(Timestamp.text(due) == Timestamp.text(now + 90.001))
    }

    @Test(arguments: [
        (#"{"body":"b"}"#, ["to missing"]),
        (#"{"body":"b","to":null}"#, ["to missing"]),
        (#"{"body":"b","to":"u42"}"#, ["to wrongType"]),
        (#"{"body":"b","to":[]}"#, ["to invalid"]),
        (#"{"body":"b","to":{}}"#, ["to missing"]),
        (#"{"body":"b","to":[{"userId":"u"},{"locale":"sv"}]}"#, ["to[1] missing"]),
        (#"{"body":"b","to":[{"userId":"u"},7]}"#, ["to[1] wrongType"]),
        (
            #"{"body":"b","to":[{"userId":"u","devices":[{"id":"d","route":"push.fcm"}]}]}"#,
            [
                "to[0].devices[0].token missing"
            ]
        ),
        (#"{"to":{"userId":"u"}}"#, ["title missing"]),
        (#"{}"#, ["to missing", "title missing"]),
    ]) func recipientAndTextAreNeeded(text: String, lines: [String]) throws {
        #expect(try draft(text).problems == lines)
    }

    @Test func textsAreLimitedInBytes() throws {
        func problems(title: Int, body: Int) throws -> [String] {
            let (title, body) = (String(repeating: "t", count: title), String(repeating: "b", count: body))
            return try draft(#"{"to":{"userId":"u"},"title":"\#(title)","body":"\#(body)"}"#).problems
        }
        #expect(try problems(title: 4096, body: 200_000) == [])
        #expect(try problems(title: 4097, body: 200_001) == ["title tooLong", "body tooLong"])
    }

    @Test func recipientsAreLimitedToAThousand() throws {
        func list(_ count: Int) throws -> (NotificationDraft, problems: [String]) {
            let users = (0..<count).map { #"{"userId":"u\#($0)"}"# }.joined(separator: ",")
            return try draft(#"{"to":[\#(users)],"body":"b"}"#)
        }
        let (full, none) = try list(1000)
        #expect(none == [])
        #expect(full.to.map(\.userId) == (0..<1000).map { "u\($0)" })
        #expect(try list(1001).problems == ["to tooMany"])
        #expect(try list(1001).0.to.count == 1000)
    }
}
