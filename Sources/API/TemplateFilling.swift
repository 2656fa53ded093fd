import Notifications
import Templates

/// Makes the texts of one request's notifications of its template.
struct TemplateFilling {
    private let set: TemplateSet
    private let draft: NotificationDraft
    private var budget: RenderBudget

    init(_ draft: NotificationDraft, _ set: TemplateSet, maximumBytes: Int) {
        self.set = set
        self.draft = draft
        budget = RenderBudget(requestBytes: maximumBytes)
    }

    /// Puts what the template says into a notification's content.
    /// - Parameters:
    ///   - recipient: with what is known about the user.
    ///   - place: where the recipient stands in the request.
    /// - Returns: the channels it is for.
    mutating func fill(
        _ content: inout NotificationContent, for recipient: Recipient, at place: String, providedRoutes: Set<Route>
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
                rendered[channel] = try render(channel, for: locale, from: localeField, with: context)
            } catch {
                problems += error.problems.filter { !problems.contains($0) }
            }
        }
        if !problems.isEmpty { throw TemplateProblems(problems) }
        content.take(rendered, of: TemplateStamp(name: set.name, version: set.version, locale: locale))
        return channels
    }

    /// Those that are asked for. Where none are, those that the template has something for, unless the request itself
    /// says something for all.
    private func channels(for recipient: Recipient, _ provided: Set<Route>) -> [NotificationChannel] {
        if let channels = draft.channels { return channels }
        let reachable = AcceptedNotification.reachable(recipient, provided)
        return draft.saysSomething ? reachable : reachable.filter(set.root.channels.contains)
    }

    private mutating func render(
        _ channel: NotificationChannel, for locale: String?, from field: String, with context: TemplateContext
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
