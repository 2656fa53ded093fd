import Notifications
import Testing

@testable import Templates

/// A text rendered with data, as a template's `body` would be: the text, or each problem as `field code`.
func rendered(
    _ text: String, _ data: JSON = [:], as medium: Medium = .text, partials: [String: String] = [:],
    recipient: JSON = [:]
) throws -> String {
    let mustache = try MustacheParser.parse(text, as: medium)
    let parsed = try partials.mapValues { try MustacheParser.parse($0, as: medium) }
    let context = TemplateContext(
        data: data.object ?? JSONObject(), recipient: recipient.object ?? JSONObject(), at: "recipient")
    var rendering = MustacheRendering(context, .ample, content: nil) { parsed[$0] }
    do throws(RenderLimit) { try rendering.render(mustache) } catch { return "limit: \(error.message)" }
    if rendering.problems.isEmpty { return rendering.output }
    return rendering.problems.map { "\($0.field) \($0.code)" }.joined(separator: ", ")
}

extension RenderBudget {
    /// For one message, with nothing spent.
    static var ample: RenderBudget {
        var budget = RenderBudget(requestBytes: 8 << 20)
        budget.startMessage()
        return budget
    }
}

/// A set whose only or first template is `main`; the others are named as they are.
func makeSet(_ templates: [String: JSON]) throws -> TemplateSet {
    let parsed = try templates.mapValues { body in
        let fields = Fields(try #require(body.object))
        let template = Template(fields)
        #expect(fields.problems == [])
        return template
    }
    return TemplateSet(name: "main", version: 1, root: try #require(parsed["main"]), others: parsed)
}

extension TemplateSet {
    /// What it says on a channel, or each problem as `field code`.
    func said(
        _ channel: NotificationChannel, _ data: JSON = [:], to recipient: Recipient = Recipient(userId: "u42"),
        locale: String? = nil
    ) -> JSON {
        var budget = RenderBudget.ample
        let context = TemplateContext(data: data.object ?? JSONObject(), recipient: recipient, at: "to")
        do throws(TemplateProblems) {
            return .object(try render(channel, for: locale, from: "locale", with: context, within: &budget))
        } catch {
            return .array(error.problems.map { .string("\($0.field) \($0.code)") })
        }
    }
}
