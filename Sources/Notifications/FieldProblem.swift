/// One bad field of a request.
public struct FieldProblem: Sendable, Hashable {
    public enum Code: String, Sendable, CaseIterable {
        case missing, unknown, wrongType, invalid, tooLong, tooMany, conflict
    }

    /// Where, as `to[3].devices[0].token`; empty for the body itself.
    public let field: String
    public let code: Code
    /// What is wrong, to be read after the field's name: "is required".
    public let message: String

    public init(field: String, code: Code, message: String) {
        self.field = field
        self.code = code
        self.message = message
    }
}
