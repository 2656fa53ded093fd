import Notifications
import Testing

@testable import Templates

@Suite struct RenderLimitTests {
    private static func list(_ count: Int) -> JSON { .array(Array(repeating: true, count: count)) }

    @Test func turnsOfSectionsAreCounted() throws {
        let text = "{{#a}}{{#a}}{{/a}}{{/a}}"
        #expect(try rendered(text, ["a": Self.list(99)]) == "")
        #expect(try rendered(text, ["a": Self.list(100)]) == "limit: takes more than 10000 turns of its sections")
    }

    @Test func whatIsPrintedIsCounted() throws {
        let large = JSON.string(String(repeating: "x", count: 1024))
        #expect(try rendered("{{#a}}{{x}}{{/a}}", ["a": Self.list(256), "x": large]).count == 256 << 10)
        #expect(
            try rendered("{{#a}}{{x}}{{/a}}.", ["a": Self.list(256), "x": large])
                == "limit: renders to more than 262144 bytes for one recipient")
    }

    /// Little is printed and few turns are taken, but each looks through many members.
    @Test func lookingForMembersIsCounted() throws {
        let wide = JSON.object(JSONObject((0..<2000).map { ("m\($0)", 1) } + [("a", Self.list(600))]))
        #expect(
            try rendered("{{#a}}{{m1}}{{/a}}", wide)
                == "limit: takes more than 1000000 steps for one recipient")
    }

    @Test func partialsHaveADepth() throws {
        let partials = Dictionary(uniqueKeysWithValues: (1...9).map { ("p\($0)", "{{> p\($0 + 1)}}") })
        #expect(
            try rendered("{{> p1}}", partials: partials) == "limit: has partials or layouts more than 8 deep")
        var shorter = partials
        shorter["p8"] = "end"
        #expect(try rendered("{{> p1}}", partials: shorter) == "end")
        #expect(
            try rendered("{{> me}}", partials: ["me": "{{> me}}"]) == "limit: has partials or layouts more than 8 deep")
    }

    @Test func problemsAreToldUpToTwenty() throws {
        let text = (0..<30).map { "{{v\($0)}}" }.joined()
        let mustache = try MustacheParser.parse(text, as: .text)
        let context = TemplateContext(data: JSONObject(), recipient: JSONObject(), at: "recipient")
        var rendering = MustacheRendering(context, .ample, content: nil) { _ in nil }
        #expect(throws: RenderLimit.self) { try rendering.render(mustache) }
        #expect(rendering.problems.count == 20)
    }

    /// An empty text is sent, stored and read as any other is.
    @Test func valuesThatSayNothingAreCounted() throws {
        func said(_ count: Int) throws -> JSON {
            let payload: JSON = ["list": .array(Array(repeating: "", count: count))]
            let set = try makeSet(["main": ["channels": ["webhook": ["default": ["body": "x", "payload": payload]]]]])
            return set.said(.webhook)
        }
        #expect(try said(60_000)["payload"]?["list"]?.array?.count == 60_000)
        #expect(try said(80_000) == ["template tooLong"])
    }

    @Test func htmlIsPaidForOnceHoweverManyLayoutsItStandsIn() throws {
        func layout(_ html: JSON, in next: String? = nil) -> JSON {
            var body = JSONObject([("channels", ["email": ["default": ["html": html]]])])
            body.append("layout", next.map(JSON.string))
            return .object(body)
        }
        let large = JSON.string(String(repeating: "x", count: 200 << 10))
        let set = try makeSet([
            "main": layout("{{x}}", in: "inner"), "inner": layout("<b>{{{content}}}</b>", in: "outer"),
            "outer": layout("<i>{{{content}}}</i>"),
        ])
        #expect(set.said(.email, ["x": large])["html"]?.string?.utf8.count == (200 << 10) + 14)
        let twice = try makeSet(["main": layout("{{x}}", in: "double"), "double": layout("{{{content}}}{{{content}}}")])
        #expect(twice.said(.email, ["x": large]) == ["template tooLong"])
    }

    @Test func allMessagesOfARequestShareABudget() throws {
        let set = try makeSet(["main": ["channels": ["sms": ["default": ["body": "{{x}}"]]]]])
        var budget = RenderBudget(requestBytes: 30)
        let context = TemplateContext(data: JSONObject([("x", "0123456789")]), recipient: JSONObject(), at: "to")
        var messages: [String] = []
        for _ in 0..<4 {
            budget.startMessage()
            #expect(budget.isSpent == (messages.count > 2))
            do throws(TemplateProblems) {
                _ = try set.render(.sms, for: nil, from: "locale", with: context, within: &budget)
                messages.append("said")
            } catch {
                messages.append(error.problems[0].message)
            }
        }
        let refusal = "renders to more than 30 bytes for all recipients on sms"
        #expect(messages == ["said", "said", refusal, refusal])
    }
}
