import Foundation
import Testing

@testable import Notifications

@Suite struct EscalationPlanTests {
    private static let example: String =
        #"[{"channels":["inApp","push"]},{"channels":["email"],"after":"10m","unless":"read"},"#
        + #"{"channels":["sms"],"after":"1h","unless":"delivered"},{"channels":["chat"],"after":"1h"}]"#

    private func plan(_ text: String, expiresIn: Duration = .seconds(7200)) throws -> (EscalationPlan?, [String]) {
        let fields = try fields(#"{"plan":\#(text)}"#)
        return (EscalationPlan(fields, expiresIn: expiresIn), fields.lines)
    }

    @Test func planIsReadAndWrittenAsItCame() throws {
        let (read, problems) = try plan(Self.example)
        let plan = try #require(read)
        #expect(problems == [])
        #expect(plan.channels == [.inApp, .push, .email, .sms, .chat])
        #expect(plan.channels.map(plan.delay) == [.zero, .zero, .seconds(600), .seconds(3600), .seconds(3600)])
        #expect(plan.delay(of: .webhook) == .zero)
        #expect(plan.json.text == Self.example)
        #expect(EscalationPlan(try fields("{}"), expiresIn: .seconds(1)) == nil)
    }

    @Test(arguments: [
        ("{}", ["plan wrongType"]),
        ("[]", ["plan invalid"]),
        ("[7]", ["plan[0] wrongType", "plan invalid"]),
        ("[{}]", ["plan[0].channels missing"]),
        (#"[{"channels":[]}]"#, ["plan[0].channels invalid"]),
        (#"[{"channels":["fax"],"when":1}]"#, ["plan[0].when unknown", "plan[0].channels[0] invalid"]),
        (#"[{"channels":["sms"],"after":"1m"}]"#, ["plan[0].after conflict"]),
        (#"[{"channels":["sms"],"unless":"read"}]"#, ["plan[0].unless conflict"]),
        (#"[{"channels":["sms"]},{"channels":["email"]}]"#, ["plan[1].after missing"]),
        (#"[{"channels":["sms"]},{"channels":["email"],"after":"0s"}]"#, ["plan[1].after invalid"]),
        (#"[{"channels":["sms"]},{"channels":["email"],"after":"2h"}]"#, ["plan[1].after invalid"]),
        (
            #"[{"channels":["sms"]},{"channels":["email"],"after":"2m"},{"channels":["push"],"after":"1m"}]"#,
            ["plan[2].after invalid"]
        ),
        (
            #"[{"channels":["sms"]},{"channels":["email","sms"],"after":"1m","unless":"failed"}]"#,
            ["plan[1].unless invalid", "plan[1].channels[1] conflict"]
        ),
    ]) func everyBadMemberIsNamed(text: String, lines: [String]) throws {
        #expect(try plan(text).1 == lines)
    }

    @Test func stepsAreLimitedToTen() throws {
        let steps = Array(repeating: #"{"channels":["sms"]}"#, count: 11).joined(separator: ",")
        #expect(try plan("[\(steps)]").1.first == "plan tooMany")
    }

    @Test func planTakesThePlaceOfChannels() throws {
        func draft(_ members: String) throws -> (NotificationDraft, [String]) {
            let fields = try fields(#"{"to":{"userId":"u"},"body":"b",\#(members)}"#)
            return (NotificationDraft(fields, at: moment(0)), fields.lines)
        }
        let (planned, problems) = try draft(#""plan":\#(Self.example)"#)
        #expect(problems == [])
        #expect(planned.channels == [.inApp, .push, .email, .sms, .chat])
        #expect(try draft(#""channels":["sms"],"plan":[{"channels":["sms"]}]"#).1 == ["channels conflict"])
        #expect(
            try draft(#""plan":[{"channels":["sms"]},{"channels":["push"],"after":"1h"}],"expiresIn":"1h""#).1
                == ["plan[1].after invalid"])
        let content = NotificationContent(planned, to: planned.to[0], at: moment(0))
        #expect(content.plan == planned.plan)
        #expect(NotificationContent(stored: content.json) == content)
    }

    /// By status of the earlier channel: the conditions under which a later step is needless.
    @Test(arguments: DeliveryStatus.allCases)
    func stepIsNeedlessOnceAnEarlierOneHasComeFarEnough(status: DeliveryStatus) throws {
        let needless: [EscalationPlan.Condition] =
            switch status {
            case .sent, .unread: [.sent]
            case .delivered: [.sent, .delivered]
            case .read: [.sent, .delivered, .read]
            case .pending, .scheduled, .unknown, .failed, .skipped, .expired, .cancelled, .bounced: []
            }
        for condition in EscalationPlan.Condition.allCases {
            let steps =
                #"[{"channels":["inApp","push"]},{"channels":["email"],"after":"1s","unless":"\#(condition.rawValue)"}]"#
            let plan = try #require(try plan(steps).0)
            let channels: [NotificationChannel: ChannelState] = [
                .inApp: ChannelState(status: .skipped), .push: ChannelState(status: status),
                .email: ChannelState(status: .scheduled),
            ]
            #expect(plan.isNeedless(.email, given: channels) == needless.contains(condition), "\(condition)")
            #expect(!plan.isNeedless(.push, given: channels))
        }
    }

    @Test func onlyEarlierStepsCountAndWithoutAConditionNone() throws {
        let plan = try #require(try plan(Self.example).0)
        let read = ChannelState(status: .read)
        #expect(plan.isNeedless(.email, given: [.inApp: read]))
        #expect(!plan.isNeedless(.email, given: [.sms: read, .chat: read]))
        #expect(plan.isNeedless(.sms, given: [.email: ChannelState(status: .delivered)]))
        #expect(!plan.isNeedless(.chat, given: [.inApp: read, .push: read]))
        #expect(!plan.isNeedless(.webhook, given: [.inApp: read]))
    }
}
