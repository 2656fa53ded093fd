import Foundation

extension SMTPConfiguration {
    /// Reads `smtps://…` (TLS from the first byte, port 465), `smtp://…` (STARTTLS required, 587) or
    /// `smtp+clear://…` (no TLS and no credentials, 25): `scheme://[user:password@]host[:port]`, user and password
    /// percent-encoded.
    public init(url: String, mechanism: SMTPCredentials.Mechanism? = nil) throws(SMTPURLError) {
        guard let parts = URLComponents(string: url) else { throw SMTPURLError("it is not a URL") }
        let (security, port): (Security, Int)
        switch parts.scheme?.lowercased() {
        case "smtps": (security, port) = (.implicit, 465)
        case "smtp": (security, port) = (.startTLS, 587)
        case "smtp+clear": (security, port) = (.none, 25)
        default: throw SMTPURLError("the scheme must be smtps://, smtp:// or smtp+clear://")
        }
        guard let host = parts.host, !host.isEmpty else { throw SMTPURLError("the host is missing") }
        guard ["", "/"].contains(parts.path), parts.query == nil else {
            throw SMTPURLError("nothing may follow the port")
        }
        // An IPv6 address is bracketed in a URL only.
        let name = String(host.trimmingPrefix("[").prefix { $0 != "]" })
        self.init(host: name, port: parts.port ?? port, security: security)
        guard (1...65_535).contains(self.port) else { throw SMTPURLError("the port must be between 1 and 65535") }
        let (user, password) = (parts.user ?? "", parts.password ?? "")
        guard user.isEmpty == password.isEmpty else { throw SMTPURLError("user and password go together") }
        guard user.isEmpty || security != .none else {
            throw SMTPURLError("credentials are not sent in clear text; use smtps:// or smtp://")
        }
        if !user.isEmpty {
            credentials = SMTPCredentials(username: user, secret: password, mechanism: mechanism)
        }
    }
}

/// What is wrong with a server's URL. The URL is not repeated: it has a password in it.
public struct SMTPURLError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
