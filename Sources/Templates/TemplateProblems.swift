public import Notifications

/// Why a message could not be made of a template.
public struct TemplateProblems: Error, Sendable, Hashable {
    /// At least one. Each names the field of the request that is to blame, or `template`.
    public let problems: [FieldProblem]

    public init(_ problems: [FieldProblem]) { self.problems = problems }

    init(_ field: String, _ code: FieldProblem.Code, _ message: String) {
        problems = [FieldProblem(field: field, code: code, message: message)]
    }
}
