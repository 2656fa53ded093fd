/// One bad field of a request.
public struct FieldProblem: Sendable, Hashable {
    public enum Code: String, Sendable, CaseIterable {
        case missing, unknown, wrongType, invalid, tooLong, tooMany, conflict, recipientLimited
    }

    /// Where, as `to[3].devices[0].token`; empty for the body itself.
    public let field: String
    public let code: Code
    /// What is wrong, to be read after the field's name: "is required".
    public let message: String
    /// A word by which to count recipients that were turned away for the same; nil where nobody would.
    public let reason: String?

    public init(field: String, code: Code, message: String, reason: String? = nil) {
        self.field = field
        self.code = code
        self.message = message
        self.reason = reason
    }
}
