import Mail
import Notifications

/// Looks at what a request says about its e-mail before it is stored: what would end a header is never written, and the
/// caller is the one who can mend it. The provider looks again.
enum EmailCheck {
    static let place = "overrides.email"

    static func problems(of draft: NotificationDraft) -> [FieldProblem] {
        let overrides = draft.overrides[.email]
        var problems: [FieldProblem] = []
        if let overrides {
            let fields = Fields(overrides, path: place)
            _ = EmailContent(fields)
            problems = fields.problems
        }
        let isReplaced = overrides?["subject"] != nil || overrides?["title"] != nil
        if !isReplaced, let title = draft.title, let problem = EmailContent.problem(ofTitle: title) {
            problems.append(
                FieldProblem(field: "title", code: .invalid, message: "becomes the subject, which \(problem)"))
        }
        return problems
    }
}
