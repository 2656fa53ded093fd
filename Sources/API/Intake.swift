import Documents
import Foundation
import Notifications
import Templates

/// Makes notifications of a request: reads it, finds its recipients, and says what is wrong. Stores nothing.
struct Intake: Sendable {
    let recipients: RecipientLookup
    let templates: TemplateShelf
    let preferences: PreferenceBook
    let addresses: AddressCheck
    let providedRoutes: Set<Route>
    let maximumSingleBodyBytes: Int
    let maximumExpandedBytes: Int

    typealias Plan = RecipientPlan

    init(
        _ configuration: APIConfiguration, recipients: RecipientLookup, templates: TemplateShelf,
        preferences: PreferenceBook
    ) {
        self.recipients = recipients
        self.templates = templates
        self.preferences = preferences
        addresses = AddressCheck(urlCheck: configuration.urlCheck)
        providedRoutes = configuration.providedRoutes
        maximumSingleBodyBytes = configuration.maximumSingleBodyBytes
        maximumExpandedBytes = configuration.maximumExpandedBytes
    }

    /// A request that is right in itself, whoever its recipients are.
    /// - Parameter isTest: whether it came with a test key.
    func draft(_ object: JSONObject, bodyBytes: Int, isTest: Bool, at now: Date) throws -> NotificationDraft {
        let fields = Fields(object)
        var draft = NotificationDraft(fields, at: now)
        draft.isTest = isTest
        try fields.check()
        var problems = draft.to.enumerated().flatMap { index, recipient in
            addresses.problems(of: recipient, at: draft.place(of: index))
        }
        if draft.channels?.contains(.email) ?? providedRoutes.contains(.email) {
            problems += EmailCheck.problems(of: draft)
        }
        if let push = draft.overrides[.push] {
            let fields = Fields(push, path: "overrides.push")
            _ = PushContent(fields)
            problems += fields.problems
        }
        if !problems.isEmpty { throw Problem.invalid(problems) }
        try checkSize(of: draft, object, bodyBytes: bodyBytes)
        return draft
    }

    private func checkSize(of draft: NotificationDraft, _ object: JSONObject, bodyBytes: Int) throws {
        guard draft.isList else {
            if bodyBytes <= maximumSingleBodyBytes { return }
            throw Problem.bodyTooLarge("A request for one recipient", limit: maximumSingleBodyBytes)
        }
        var content = object
        content["to"] = nil
        if JSON.object(content).utf8.count * draft.to.count > maximumExpandedBytes {
            throw Problem.bodyTooLarge("All that a list asks to store", limit: maximumExpandedBytes)
        }
    }

    /// What the template of a request may take, or those of all in a batch together.
    var freshBudget: RenderBudget { RenderBudget(requestBytes: maximumExpandedBytes) }

    /// One plan for each recipient, in order.
    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [Plan] {
        var budget = freshBudget
        return try await plans(draft, tenant: tenant, at: now, within: &budget)
    }

    func plans(
        _ draft: NotificationDraft, tenant: String, at now: Date, within budget: inout RenderBudget
    ) async throws -> [Plan] {
        try await plans(
            draft, background(of: [draft], tenant: tenant), tenant: tenant, at: now, within: &budget)
    }

    /// What was looked up for requests.
    struct Background: Sendable {
        fileprivate var users: [ExactText: Recipient]
        fileprivate var defaults: PreferenceDefaults

        /// A recipient of a request with what is known about the user.
        func resolved(_ recipient: Recipient) -> Recipient {
            recipient.userId.flatMap { users[ExactText($0)] }?.overlaid(by: recipient) ?? recipient
        }
    }

    func background(of drafts: [NotificationDraft], tenant: String) async throws -> Background {
        Background(
            users: try await users(of: drafts, tenant: tenant), defaults: try await preferences.defaults(of: tenant))
    }

    /// What is the same for all recipients of a request.
    private struct Circumstances {
        let draft: NotificationDraft
        let background: Background
        let tenant: String
        let now: Date
        let filling: TemplateFilling?
    }

    /// - Parameter budget: what templates may take. A recipient for whom nothing is left is rejected.
    func plans(
        _ draft: NotificationDraft, _ background: Background, tenant: String, at now: Date,
        within budget: inout RenderBudget
    ) async throws -> [Plan] {
        let circumstances = Circumstances(
            draft: draft, background: background, tenant: tenant, now: now,
            filling: try await filling(of: draft, tenant: tenant))
        var plans: [Plan] = []
        for (index, recipient) in draft.to.enumerated() {
            do throws(TemplateProblems) {
                plans.append(try plan(recipient, at: draft.place(of: index), circumstances, within: &budget))
            } catch {
                guard draft.isList, let first = error.problems.first else { throw Problem.invalid(error.problems) }
                plans.append(.rejected(first))
            }
        }
        return plans
    }

    /// Refuses a request that has no recipients yet for what none of them could mend.
    func checkForAnybody(_ draft: NotificationDraft, tenant: String) async throws {
        var budget = freshBudget
        let problems = try await filling(of: draft, tenant: tenant)?.problemsForAnybody(
            providedRoutes: providedRoutes, within: &budget)
        if let problems, !problems.isEmpty { throw Problem.invalid(problems) }
    }

    /// Nil for a request without a template.
    private func filling(of draft: NotificationDraft, tenant: String) async throws -> TemplateFilling? {
        guard let choice = draft.template else { return nil }
        guard let set = try await templates.set(choice, tenant: tenant) else {
            let message = choice.version == nil ? "is not a template with an active version" : "is not a known version"
            throw Problem.invalid("template", .invalid, message)
        }
        return TemplateFilling(draft, set)
    }

    /// A request with the version of its template that is active now, for what is made of it later.
    func pinned(_ object: JSONObject, of draft: NotificationDraft, tenant: String) async throws -> JSONObject {
        guard let choice = draft.template, let set = try await templates.set(choice, tenant: tenant) else {
            return object
        }
        var object = object
        object["template"] = TemplateChoice(name: set.name, version: set.version).json
        return object
    }

    /// What is known about the users that the drafts name. The inbox needs no address, but not everybody wants all of it.
    private func users(of drafts: [NotificationDraft], tenant: String) async throws -> [ExactText: Recipient] {
        let ids = drafts.flatMap(\.to).compactMap(\.userId)
        return ids.isEmpty ? [:] : try await recipients.users(ids, tenant: tenant)
    }

    private func plan(
        _ recipient: Recipient, at place: String, _ circumstances: Circumstances, within budget: inout RenderBudget
    ) throws(TemplateProblems) -> Plan {
        let (draft, background, now) = (circumstances.draft, circumstances.background, circumstances.now)
        let user = recipient.userId.flatMap { background.users[ExactText($0)] }
        if recipient.userId != nil, user == nil, !draft.isForTheInbox, !recipient.hasLiteralAddress {
            return .rejected(
                FieldProblem(
                    field: place.appending(member: "userId"), code: .invalid, message: "is not a known user",
                    reason: "unknownUser"))
        }
        let resolved = background.resolved(recipient)
        var content = NotificationContent(
            draft, to: recipient, timezone: resolved.timezone ?? background.defaults.timezone, at: now)
        let channels =
            try circumstances.filling?.fill(
                &content, for: resolved, at: place, providedRoutes: providedRoutes, within: &budget)
            ?? draft.channels
        var accepted = AcceptedNotification(
            id: UUID.version7(at: now), tenant: circumstances.tenant, content: content, channels: channels,
            resolved: resolved, providedRoutes: providedRoutes, at: now)
        guard !accepted.channels.isEmpty else {
            return .rejected(
                FieldProblem(
                    field: place, code: .invalid, message: "has no address for any channel", reason: "noAddress"))
        }
        accepted.obey(SendingRules(background.defaults, for: resolved))
        return .accepted(accepted)
    }
}

extension NotificationDraft {
    /// Where a recipient stands in the request.
    func place(of index: Int) -> String { isList ? "to[\(index)]" : "to" }

    /// Whether no wanted channel reaches a user by what we keep about it.
    fileprivate var isForTheInbox: Bool { channels == [.inApp] }
}

extension Recipient {
    /// Whether it can be reached without knowing the user.
    fileprivate var hasLiteralAddress: Bool {
        Route.allCases.contains { $0 != .inApp && !targets(on: $0).isEmpty }
    }
}
