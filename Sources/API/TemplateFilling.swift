import Notifications
import Templates

/// Makes the texts of one request's notifications of its template.
struct TemplateFilling {
    private let set: TemplateSet
    private let draft: NotificationDraft

    init(_ draft: NotificationDraft, _ set: TemplateSet) {
        self.set = set
        self.draft = draft
    }

    /// Puts what the template says into a notification's content.
    /// - Parameters:
    ///   - recipient: with what is known about the user.
    ///   - place: where the recipient stands in the request.
    /// - Returns: the channels it is for.
    func fill(
        _ content: inout NotificationContent, for recipient: Recipient, at place: String, providedRoutes: Set<Route>,
        within budget: inout RenderBudget
    ) throws(TemplateProblems) -> [NotificationChannel] {
        let channels = channels(for: recipient, providedRoutes)
        let context = TemplateContext(data: draft.data ?? JSONObject(), recipient: recipient, at: place)
        let locale = draft.locale ?? recipient.locale
        let localeField = draft.locale == nil ? place.appending(member: "locale") : "locale"
        var rendered: [NotificationChannel: JSONObject] = [:]
        var problems: [FieldProblem] = []
        budget.startMessage()
        for channel in channels {
            do throws(TemplateProblems) {
                rendered[channel] = try render(channel, for: locale, from: localeField, with: context, within: &budget)
            } catch {
                problems += error.problems.filter { !problems.contains($0) }
            }
        }
        if !problems.isEmpty { throw TemplateProblems(problems) }
        content.take(rendered, of: TemplateStamp(name: set.name, version: set.version, locale: locale))
        return channels
    }

    /// What is wrong with it whoever the recipient is: what `data` lacks for a reader of whom nothing is known, and what
    /// is the template's own. What a recipient may have is not missed.
    func problemsForAnybody(providedRoutes: Set<Route>, within budget: inout RenderBudget) -> [FieldProblem] {
        let provided = Set(providedRoutes.map(\.channel))
        let own = NotificationChannel.allCases.filter { provided.contains($0) && set.root.channels.contains($0) }
        let context = TemplateContext(data: draft.data ?? JSONObject(), recipient: Recipient(), at: "to")
        var problems: [FieldProblem] = []
        budget.startMessage()
        for channel in draft.channels ?? own {
            do throws(TemplateProblems) {
                _ = try render(channel, for: draft.locale, from: "locale", with: context, within: &budget)
            } catch {
                problems += error.problems.filter { isMendedByNobody($0) && !problems.contains($0) }
            }
        }
        return problems
    }

    private func isMendedByNobody(_ problem: FieldProblem) -> Bool {
        let root = problem.field.prefix { $0 != "." && $0 != "[" }
        return root == "data" || problem.field == "template" || problem.field == "locale" && draft.locale != nil
    }

    /// Those that are asked for. Where none are, those that the template has something for, unless the request itself
    /// says something for all.
    private func channels(for recipient: Recipient, _ provided: Set<Route>) -> [NotificationChannel] {
        if let channels = draft.channels { return channels }
        let reachable = AcceptedNotification.reachable(recipient, provided)
        return draft.saysSomething ? reachable : reachable.filter(set.root.channels.contains)
    }

    private func render(
        _ channel: NotificationChannel, for locale: String?, from field: String, with context: TemplateContext,
        within budget: inout RenderBudget
    ) throws(TemplateProblems) -> JSONObject {
        let isAllTheRequests = !set.root.channels.contains(channel) && draft.saysSomething(on: channel)
        if isAllTheRequests { return JSONObject() }
        return try set.checked(channel, for: locale, from: field, with: context, within: &budget)
    }
}

extension NotificationDraft {
    /// Whether it has a text of its own for any channel.
    fileprivate var saysSomething: Bool { title != nil || body != nil }

    fileprivate func saysSomething(on channel: NotificationChannel) -> Bool {
        saysSomething || overrides[channel]?["title"] != nil || overrides[channel]?["body"] != nil
    }
}
