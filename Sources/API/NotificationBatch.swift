import Foundation
import Notifications

/// Up to 1,000 different notifications in one request: what is wrong with one keeps no other from being sent.
struct NotificationBatch: Sendable {
    /// One of them, as far as it can be judged without knowing its recipient.
    enum Item: Sendable {
        case draft(NotificationDraft)
        case invalid([FieldProblem])
    }

    /// What becomes of one of them.
    enum Outcome: Sendable {
        case planned(Intake.Plan)
        case invalid([FieldProblem])

        var plan: Intake.Plan? { if case .planned(let plan) = self { plan } else { nil } }

        /// What is wrong with it; its fields as seen from the item itself, as `to.email`.
        var problems: [FieldProblem] {
            switch self {
            case .planned(let plan): plan.rejection.map { [$0] } ?? []
            case .invalid(let problems): problems
            }
        }
    }

    static let maximumItems = 1000
    /// Errors shown of one item: a body full of mistakes must not get a larger answer back.
    static let shownErrors = 10

    var items: [Item]

    var drafts: [NotificationDraft] {
        items.compactMap { if case .draft(let draft) = $0 { draft } else { nil } }
    }

    /// Of the least urgent one, by which all are sent away together: only what is critical throughout is always let in.
    var priority: Priority { drafts.map(\.priority).max { $0.rawValue < $1.rawValue } ?? .low }

    /// Notes the request that they came with.
    mutating func stamp(_ call: Call) {
        items = items.map { item in
            guard case .draft(var draft) = item else { return item }
            draft.stamp(call)
            return .draft(draft)
        }
    }
}

extension Intake {
    /// Reads the body of a batch. Throws only for what is wrong with the batch itself.
    func batch(_ object: JSONObject, bodyBytes: Int, isTest: Bool, at now: Date) throws -> NotificationBatch {
        let fields = Fields(object)
        fields.allow(["notifications"])
        let elements = fields.array("notifications", maximum: NotificationBatch.maximumItems)
        fields.require("notifications")
        if elements?.isEmpty == true { fields.note("notifications", .invalid, "must not be empty") }
        guard let elements, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        // Where all together are no larger than one may be, none is.
        let mayBeTooLarge = bodyBytes > maximumSingleBodyBytes
        return NotificationBatch(
            items: try elements.map {
                try item($0, bytes: mayBeTooLarge ? $0.utf8.count : 0, isTest: isTest, at: now)
            })
    }

    private func item(_ element: JSON, bytes: Int, isTest: Bool, at now: Date) throws -> NotificationBatch.Item {
        guard let object = element.object else { return .invalid("", .wrongType, "must be an object") }
        if bytes > maximumSingleBodyBytes {
            return .invalid("", .tooLong, "must be at most \(maximumSingleBodyBytes) bytes")
        }
        do {
            let draft = try draft(object, bodyBytes: bytes, isTest: isTest, at: now)
            if draft.isList { return .invalid("to", .wrongType, "must be one recipient, not an array") }
            if draft.topic != nil { return .invalid("to", .wrongType, "must be one recipient, not a topic") }
            return .draft(draft)
        } catch let problem as Problem where problem.code == .invalidRequest {
            return .invalid(problem.errors)
        } catch let problem as Problem where problem.code == .bodyTooLarge {
            // Only a list can be: all that it asks to store.
            return .invalid("to", .wrongType, "must be one recipient, not an array")
        }
    }

    /// What becomes of each item, in order.
    func outcomes(
        _ batch: NotificationBatch, tenant: String, at now: Date
    ) async throws -> [NotificationBatch.Outcome] {
        let background = try await background(of: batch.drafts, tenant: tenant)
        var budget = freshBudget
        var outcomes: [NotificationBatch.Outcome] = []
        for item in batch.items {
            switch item {
            case .invalid(let problems): outcomes.append(.invalid(problems))
            case .draft(let draft):
                // One, as a draft of a batch has one recipient. What is wrong with its template keeps no other back.
                do {
                    outcomes += try await plans(draft, background, tenant: tenant, at: now, within: &budget)
                        .map(NotificationBatch.Outcome.planned)
                } catch let problem as Problem where problem.code == .invalidRequest {
                    outcomes.append(.invalid(problem.errors))
                }
            }
        }
        return outcomes
    }
}

extension NotificationBatch.Item {
    fileprivate static func invalid(_ field: String, _ code: FieldProblem.Code, _ message: String) -> Self {
        .invalid([FieldProblem(field: field, code: code, message: message)])
    }
}

extension [NotificationBatch.Outcome] {
    var plans: [Intake.Plan] { compactMap(\.plan) }

    var notifications: [AcceptedNotification] { plans.notifications }

    /// The outcomes once it is known what their users may get.
    func settled(by answers: [LimitLedger.Answer], at now: Date) -> Self {
        var plans = plans.settled(by: answers, at: now) { _ in "to" }[...]
        return map { outcome in outcome.plan == nil ? outcome : plans.popFirst().map(Element.planned) ?? outcome }
    }
}

extension FieldProblem {
    /// The same, seen from further outside: `to.email` in `notifications[3]` is `notifications[3].to.email`.
    func moved(into place: String) -> FieldProblem {
        FieldProblem(field: field.isEmpty ? place : place.appending(member: field), code: code, message: message)
    }
}
