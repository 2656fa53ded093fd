import Foundation
import Notifications
import Testing

@testable import Templates

@Suite struct RendererTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private func content(_ request: JSON) throws -> NotificationContent {
        let fields = Fields(try #require(request.object))
        let draft = NotificationDraft(fields, at: Self.now)
        #expect(fields.problems == [])
        return NotificationContent(draft, to: draft.to[0], at: Self.now)
    }

    @Test func channelsHaveTheCommonTextUnlessTheyHaveTheirOwn() throws {
        let content = try content([
            "to": ["userId": "u"], "title": "T", "body": "B", "overrides": ["sms": ["body": "short"]],
        ])
        let (sms, push) = (Renderer().message(content, for: .sms), Renderer().message(content, for: .push))
        #expect([sms.title, sms.body] == ["T", "short"])
        #expect([push.title, push.body] == ["T", "B"])
    }

    @Test func textOfATemplateIsEachChannelsOwn() throws {
        var content = try content(["to": ["userId": "u"], "template": "t", "overrides": ["email": ["subject": "Mine"]]])
        content.take(
            [
                .inApp: JSONObject([("title", "T"), ("body", "B")]), .sms: JSONObject([("body", "S")]),
                .email: JSONObject([("subject", "Theirs"), ("html", "H")]),
            ], of: TemplateStamp(name: "t", version: 3, locale: nil))
        #expect([content.title, content.body] == ["T", "B"], "what lists show")
        let sms = Renderer().message(content, for: .sms)
        #expect([sms.title, sms.body] == [nil, "S"], "a text has no title because the inbox has one")
        #expect(content.overrides[.email] == JSONObject([("subject", "Mine"), ("html", "H")]))
        #expect(NotificationContent(stored: content.json) == content)
        #expect(content.json["template"] == ["name": "t", "version": 3])
    }

    @Test func textOfTheRequestIsEverywhere() throws {
        var content = try content(["to": ["userId": "u"], "template": "t", "title": "Mine"])
        content.take(
            [.push: JSONObject([("title", "T"), ("body", "B")]), .chat: JSONObject()],
            of: TemplateStamp(name: "t", version: 1, locale: "sv"))
        let (push, chat) = (Renderer().message(content, for: .push), Renderer().message(content, for: .chat))
        #expect([push.title, push.body] == ["Mine", "B"])
        #expect([chat.title, chat.body] == ["Mine", nil])
    }
}
