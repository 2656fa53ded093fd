import Documents
import HTTPTypes
import Hummingbird
import Notifications

/// The 202 to a request to notify: made before anything is written, since it is stored along with the documents.
struct AcceptedAnswer: Sendable {
    let body: String

    /// Throws 422 when there is nothing to accept.
    init(_ plans: [Intake.Plan], isList: Bool) throws {
        let rejections = plans.compactMap { if case .rejected(let problem) = $0 { problem } else { nil } }
        if rejections.count == plans.count { throw Problem.invalid(rejections) }
        guard isList else {
            body = plans.notifications.first.map { NotificationDocument($0).json.text } ?? ""
            return
        }
        let entries = plans.enumerated().map { index, plan in AcceptedAnswer.entry(plan, index: index) }
        body = (["notifications": .array(entries)] as JSON).text
    }

    private static func entry(_ plan: Intake.Plan, index: Int) -> JSON {
        switch plan {
        case .accepted(let accepted):
            [
                "index": JSON(index), "id": .string(accepted.id.text),
                "status": .string(NotificationStatus(accepted.channels.values).rawValue),
            ]
        case .rejected(let problem): ["index": JSON(index), "error": Problem.json(problem)]
        }
    }

    /// The answer to a request, or to its repeat. A single document says where it is, then as now.
    static func response(_ body: String, isReplay: Bool) -> Response {
        var headers = HTTPFields()
        if let json = try? JSON(parsing: body), let id = json["id"]?.string {
            headers[.location] = "/v1/notifications/\(id)"
        }
        if isReplay { headers[.idempotentReplayed] = "true" }
        return Response(jsonText: body.utf8, status: .accepted, headers: headers)
    }
}

extension [Intake.Plan] {
    var notifications: [AcceptedNotification] {
        compactMap { if case .accepted(let accepted) = $0 { accepted } else { nil } }
    }
}
