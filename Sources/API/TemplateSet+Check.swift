import Notifications
import Templates

extension TemplateSet {
    /// What the template says on a channel, which is also something that the channel takes.
    func checked(
        _ channel: NotificationChannel, for locale: String?, from field: String, with context: TemplateContext,
        within budget: inout RenderBudget
    ) throws(TemplateProblems) -> JSONObject {
        guard root.channels.contains(channel) else {
            throw TemplateProblems([
                FieldProblem(field: "template", code: .invalid, message: "has nothing for \(channel.rawValue)")
            ])
        }
        let members = try render(channel, for: locale, from: field, with: context, within: &budget)
        let problems = TemplateCheck.problems(of: members, on: channel, at: "template.\(channel.rawValue)")
        if !problems.isEmpty { throw TemplateProblems(problems) }
        return members
    }
}
