import Foundation

/// One AUTH exchange.
///
///     PLAIN    AUTH PLAIN <all> ──235──▶ done                 334 first: the server wants it in a line of its own
///     LOGIN    AUTH LOGIN ──334──▶ user ──334──▶ password ──235──▶ done
///     XOAUTH2  AUTH XOAUTH2 <all> ──235──▶ done
///                               └──334 (why not)──▶ empty line ──535──▶ failed
///
/// **Source:** RFC 4954 §4, RFC 4616 §2 (PLAIN); Google's and Microsoft's pages on XOAUTH2.
struct SMTPAuthentication: Sendable {
    enum Action: Sendable, Hashable {
        case send(String)
        case succeeded
        /// The server does not know this mechanism, whatever it said to EHLO: the next may do.
        case unsupported(SMTPReply)
        case failed(SMTPReply)
    }

    let mechanism: SMTPCredentials.Mechanism
    /// What is sent, first to last.
    private var lines: [String]

    init(_ mechanism: SMTPCredentials.Mechanism, _ credentials: SMTPCredentials) {
        func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
        let (user, secret) = (credentials.username, credentials.secret)
        self.mechanism = mechanism
        lines =
            switch mechanism {
            case .plain: ["AUTH PLAIN \(base64("\0\(user)\0\(secret)"))", base64("\0\(user)\0\(secret)")]
            case .login: ["AUTH LOGIN", base64(user), base64(secret)]
            case .xoauth2: ["AUTH XOAUTH2 \(base64("user=\(user)\u{1}auth=Bearer \(secret)\u{1}\u{1}"))", ""]
            }
    }

    /// The line to begin with.
    mutating func start() -> String { lines.removeFirst() }

    mutating func receive(_ reply: SMTPReply) -> Action {
        switch reply.code {
        case 235: return .succeeded
        case 334 where !lines.isEmpty: return .send(lines.removeFirst())
        case 502, 504: return .unsupported(reply)
        default: return .failed(reply)
        }
    }
}
