import Documents
import Foundation
import Notifications
import Templates

/// Makes notifications of a request: reads it, finds its recipients, and says what is wrong. Stores nothing.
struct Intake: NotificationPlanner {
    let recipients: RecipientLookup
    let templates: TemplateShelf
    let addresses: AddressCheck
    let providedRoutes: Set<Route>
    let maximumSingleBodyBytes: Int
    let maximumExpandedBytes: Int

    typealias Plan = RecipientPlan

    init(_ configuration: APIConfiguration, recipients: RecipientLookup, templates: TemplateShelf) {
        self.recipients = recipients
        self.templates = templates
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
        if !fields.problems.isEmpty { throw Problem.invalid(fields.problems) }
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

    /// One plan for each recipient, in order.
    func plans(_ draft: NotificationDraft, tenant: String, at now: Date) async throws -> [Plan] {
        try await plans(draft, users: users(of: [draft], tenant: tenant), tenant: tenant, at: now)
    }

    /// The same with users who were looked up already.
    func plans(
        _ draft: NotificationDraft, users: [String: Recipient], tenant: String, at now: Date
    ) async throws -> [Plan] {
        var filling = try await filling(of: draft, tenant: tenant)
        return try draft.to.enumerated().map { index, recipient in
            let place = draft.place(of: index)
            do throws(TemplateProblems) {
                return try plan(draft, recipient, at: place, users: users, &filling, tenant: tenant, at: now)
            } catch {
                guard draft.isList, let first = error.problems.first else { throw Problem.invalid(error.problems) }
                return .rejected(first)
            }
        }
    }

    /// Nil for a request without a template.
    private func filling(of draft: NotificationDraft, tenant: String) async throws -> TemplateFilling? {
        guard let choice = draft.template else { return nil }
        guard let set = try await templates.set(choice, tenant: tenant) else {
            let message = choice.version == nil ? "is not a template with an active version" : "is not a known version"
            throw Problem.invalid("template", .invalid, message)
        }
        return TemplateFilling(draft, set, maximumBytes: maximumExpandedBytes)
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

    /// What is known about the users that the drafts name. The inbox needs none of its addresses.
    func users(of drafts: [NotificationDraft], tenant: String) async throws -> [String: Recipient] {
        let ids = Set(drafts.filter(\.needsProfiles).flatMap(\.to).compactMap(\.userId))
        return ids.isEmpty ? [:] : try await recipients.users(Array(ids), tenant: tenant)
    }

    private func plan(
        _ draft: NotificationDraft, _ recipient: Recipient, at place: String, users: [String: Recipient],
        _ filling: inout TemplateFilling?, tenant: String, at now: Date
    ) throws(TemplateProblems) -> Plan {
        let user = recipient.userId.flatMap { users[$0] }
        if recipient.userId != nil, user == nil, !draft.isForTheInbox, !recipient.hasLiteralAddress {
            return .rejected(
                FieldProblem(
                    field: place.appending(member: "userId"), code: .invalid, message: "is not a known user",
                    reason: "unknownUser"))
        }
        let resolved = user?.overlaid(by: recipient) ?? recipient
        var content = NotificationContent(draft, to: recipient, timezone: resolved.timezone, at: now)
        let channels =
            try filling?.fill(&content, for: resolved, at: place, providedRoutes: providedRoutes) ?? draft.channels
        let accepted = AcceptedNotification(
            id: UUID.version7(at: now), tenant: tenant, content: content, channels: channels, resolved: resolved,
            providedRoutes: providedRoutes, at: now)
        guard !accepted.channels.isEmpty else {
            return .rejected(
                FieldProblem(
                    field: place, code: .invalid, message: "has no address for any channel", reason: "noAddress"))
        }
        return .accepted(accepted)
    }
}

extension NotificationDraft {
    /// Where a recipient stands in the request.
    fileprivate func place(of index: Int) -> String { isList ? "to[\(index)]" : "to" }

    /// Whether no wanted channel reaches a user by what we keep about it.
    fileprivate var isForTheInbox: Bool { channels == [.inApp] }

    /// Whether it matters what we keep about a user: where it is reached, by which clock it lives, or what is said to it.
    fileprivate var needsProfiles: Bool { !isForTheInbox || localTime != nil || template != nil }
}

extension Recipient {
    /// Whether it can be reached without knowing the user.
    fileprivate var hasLiteralAddress: Bool {
        Route.allCases.contains { $0 != .inApp && !targets(on: $0).isEmpty }
    }
}
