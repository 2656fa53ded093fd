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
        if plans.notifications.isEmpty { throw AcceptedAnswer.problem(plans) }
        location = isList ? nil : plans.notifications.first.map { AcceptedAnswer.location($0.id.text) }
        guard isList else {
            body = plans.notifications.first.map { NotificationDocument($0).json.text } ?? ""
            return
        }
        let entries = plans.enumerated().map { index, plan in AcceptedAnswer.entry(plan, index: index) }
        body = (["notifications": .array(entries)] as JSON).text
    }

    /// Of a batch: of each item its id, or what is wrong with its fields. Throws 422 when there is nothing to accept.
    init(_ results: [NotificationBatch.Outcome]) throws {
        let errors = results.enumerated().flatMap { index, result -> [FieldProblem] in
            guard case .rejected(let problems) = result else { return [] }
            return problems.map { $0.moved(into: "notifications[\(index)]") }
        }
        if results.notifications.isEmpty { throw Problem.invalid(errors) }
        location = nil
        let entries = results.enumerated().map { index, result -> JSON in
            switch result {
            case .accepted(let accepted): AcceptedAnswer.entry(accepted, index: index)
            case .rejected(let problems):
                [
                    "index": JSON(index),
                    "errors": .array(problems.prefix(NotificationBatch.shownErrors).map(Problem.json)),
                ]
            }
        }
        body = (["notifications": .array(entries)] as JSON).text
    }

    private static func entry(_ accepted: AcceptedNotification, index: Int) -> JSON {
        [
            "index": JSON(index), "id": .string(accepted.id.text),
            "status": .string(NotificationStatus(accepted.channels.values).rawValue),
        ]
    }

    private static func problem(_ plans: [Intake.Plan]) -> Problem {
        let rejections = plans.compactMap(\.rejection)
        let waits = plans.compactMap { if case .limited(_, let wait) = $0 { wait } else { nil } }
        guard let wait = waits.min(), waits.count == plans.count else { return .invalid(rejections) }
        return .recipientLimited(rejections, wait: wait)
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
    fileprivate var rejection: FieldProblem? {
        switch self {
        case .accepted: nil
        case .rejected(let problem), .limited(let problem, _): problem
        }
    }
}

extension [Intake.Plan] {
    var notifications: [AcceptedNotification] {
        compactMap { if case .accepted(let accepted) = $0 { accepted } else { nil } }
    }
}
