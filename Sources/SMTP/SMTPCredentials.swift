/// Who we are to the server. Shown without the secret.
public struct SMTPCredentials: Sendable, Hashable {
    public enum Mechanism: String, Sendable, Hashable, CaseIterable {
        case plain, login, xoauth2
    }

    public let username: String
    /// A password, or the access token of XOAUTH2.
    public let secret: String
    /// Nil tries PLAIN, then LOGIN, of what the server offers.
    public let mechanism: Mechanism?

    public init(username: String, secret: String, mechanism: Mechanism? = nil) {
        (self.username, self.secret, self.mechanism) = (username, secret, mechanism)
    }

    /// In the order in which they are tried.
    var mechanisms: [Mechanism] { mechanism.map { [$0] } ?? [.plain, .login] }
}

extension SMTPCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "(set)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
