import Documents
import HTTPTypes
import Hummingbird
import Notifications

/// The 202 to a request to notify: made before anything is written, since it is stored along with the documents.
struct AcceptedAnswer: Sendable {
    let body: String
    /// Of a single document, where it will be.
    private let location: String?

    /// Throws 422 when there is nothing to accept, 429 when only limits speak against it.
    init(_ plans: [Intake.Plan], isList: Bool) throws {
        if plans.notifications.isEmpty {
            throw AcceptedAnswer.problem(
                plans.compactMap(\.rejection), waits: plans.compactMap(\.wait), of: plans.count)
        }
        location = isList ? nil : plans.notifications.first.map { AcceptedAnswer.location($0.id.text) }
        guard isList else {
            body = plans.notifications.first.map { NotificationDocument($0).json.text } ?? ""
            return
        }
        let entries = plans.enumerated().map { index, plan in AcceptedAnswer.entry(plan, index: index) }
        body = (["notifications": .array(entries)] as JSON).text
    }

    /// Of a batch: of each item its id, or what is wrong with its fields. Throws when there is nothing to accept, as for
    /// a list.
    init(_ outcomes: [NotificationBatch.Outcome]) throws {
        if outcomes.notifications.isEmpty {
            let errors = outcomes.enumerated().flatMap { index, outcome in
                outcome.problems.map { $0.moved(into: "notifications[\(index)]") }
            }
            throw AcceptedAnswer.problem(errors, waits: outcomes.compactMap(\.plan?.wait), of: outcomes.count)
        }
        location = nil
        let entries = outcomes.enumerated().map { index, outcome -> JSON in
            if case .planned(.accepted(let accepted)) = outcome { return AcceptedAnswer.entry(accepted, index: index) }
            let problems = outcome.problems.prefix(NotificationBatch.shownErrors)
            return ["index": JSON(index), "errors": .array(problems.map(Problem.json))]
        }
        body = (["notifications": .array(entries)] as JSON).text
    }

    private static func entry(_ accepted: AcceptedNotification, index: Int) -> JSON {
        [
            "index": JSON(index), "id": .string(accepted.id.text),
            "status": .string(NotificationStatus(accepted.channels.values).rawValue),
        ]
    }

    /// What to say where nothing is accepted: that there is no room yet, where that is all.
    private static func problem(_ errors: [FieldProblem], waits: [Duration], of count: Int) -> Problem {
        guard let wait = waits.min(), waits.count == count else { return .invalid(errors) }
        return .recipientLimited(errors, wait: wait)
    }

    private static func entry(_ plan: Intake.Plan, index: Int) -> JSON {
        switch plan {
        case .accepted(let accepted): entry(accepted, index: index)
        case .rejected(let problem), .limited(let problem, _): ["index": JSON(index), "error": Problem.json(problem)]
        }
    }

    /// To what is sent to a topic.
    init(_ broadcast: Broadcast) {
        body = broadcast.json.text
        location = AcceptedAnswer.location(ofBroadcast: broadcast.id.text)
    }

    /// The answer to a request.
    var response: Response { AcceptedAnswer.response(body, location: location) }

    /// The answer to a request whose key was used before.
    static func repeated(_ written: WriteAnswer) throws -> Response {
        guard case .replay(let first) = written else { throw Problem.idempotencyKeyReused }
        return replay(of: first)
    }

    /// The answer to a repeat: what the first one got. What was one thing says where it is, then as now.
    private static func replay(of body: String) -> Response {
        let first = try? JSON(parsing: body)
        let isBroadcast = first?["topic"] != nil
        let id = first?["id"]?.string
        var response = response(body, location: id.map { isBroadcast ? location(ofBroadcast: $0) : location($0) })
        response.headers[.idempotentReplayed] = "true"
        return response
    }

    private static func response(_ body: String, location: String?) -> Response {
        var headers = HTTPFields()
        headers[.location] = location
        return Response(jsonText: body.utf8, status: .accepted, headers: headers)
    }

    private static func location(_ id: String) -> String { "/v1/notifications/\(id)" }

    private static func location(ofBroadcast id: String) -> String { "/v1/broadcasts/\(id)" }
}

extension Intake.Plan {
    /// Nil for what is accepted.
    var rejection: FieldProblem? {
        switch self {
        case .accepted: nil
        case .rejected(let problem), .limited(let problem, _): problem
        }
    }

    /// Until there is room; nil for what is not limited.
    var wait: Duration? { if case .limited(_, let wait) = self { wait } else { nil } }
}
