import Documents
import Foundation
import Notifications

/// Makes notifications of a request: reads it, finds its recipients, and says what is wrong. Stores nothing.
struct Intake: NotificationPlanner {
    let recipients: RecipientLookup
    let addresses: AddressCheck
    let providedRoutes: Set<Route>
    let maximumSingleBodyBytes: Int
    let maximumExpandedBytes: Int

    typealias Plan = RecipientPlan

    init(_ configuration: APIConfiguration, recipients: RecipientLookup) {
        self.recipients = recipients
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
        try await plans([draft], tenant: tenant, at: now)[0]
    }

    /// The same for several drafts, whose users are looked up together.
    func plans(_ drafts: [NotificationDraft], tenant: String, at now: Date) async throws -> [[Plan]] {
        let users = try await users(of: drafts, tenant: tenant)
        return drafts.map { draft in
            draft.to.enumerated().map { index, recipient in
                plan(draft, recipient, at: draft.place(of: index), users: users, tenant: tenant, at: now)
            }
        }
    }

    /// What is known about the users that the drafts name. The inbox needs none of its addresses.
    private func users(of drafts: [NotificationDraft], tenant: String) async throws -> [String: Recipient] {
        let ids = Set(drafts.filter(\.needsProfiles).flatMap(\.to).compactMap(\.userId))
        return ids.isEmpty ? [:] : try await recipients.users(Array(ids), tenant: tenant)
    }

    private func plan(
        _ draft: NotificationDraft, _ recipient: Recipient, at place: String, users: [String: Recipient],
        tenant: String, at now: Date
    ) -> Plan {
        let user = recipient.userId.flatMap { users[$0] }
        if recipient.userId != nil, user == nil, !draft.isForTheInbox, !recipient.hasLiteralAddress {
            return .rejected(
                FieldProblem(
                    field: place.appending(member: "userId"), code: .invalid, message: "is not a known user",
                    reason: "unknownUser"))
        }
        let resolved = user?.overlaid(by: recipient) ?? recipient
        let accepted = AcceptedNotification(
            id: UUID.version7(at: now), tenant: tenant,
            content: NotificationContent(draft, to: recipient, timezone: resolved.timezone, at: now),
            channels: draft.channels, resolved: resolved, providedRoutes: providedRoutes, at: now)
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

    /// Whether it matters what we keep about a user: where it is reached, or by which clock it lives.
    fileprivate var needsProfiles: Bool { !isForTheInbox || localTime != nil }
}

extension Recipient {
    /// Whether it can be reached without knowing the user.
    fileprivate var hasLiteralAddress: Bool {
        Route.allCases.contains { $0 != .inApp && !targets(on: $0).isEmpty }
    }
}
