/// The server, how to speak to it, and how many connections to keep.
public struct SMTPConfiguration: Sendable {
    public enum Security: Sendable, Hashable {
        /// STARTTLS, or nothing is sent: a server that does not offer it, or somebody on the wire who hides it, gets
        /// neither message nor credentials.
        case startTLS
        /// TLS from the first byte.
        case implicit
        /// Clear text, never with credentials.
        case none
    }

    public var host: String
    public var port: Int
    public var security: Security
    public var credentials: SMTPCredentials?
    /// What we call ourselves: a name that leads to us, or at least one that is ours.
    public var helloName = "localhost"
    public var maximumConnections = 8
    /// After which a connection is closed: some servers refuse more.
    public var messagesPerConnection = 100
    /// Servers hang up on idle clients after a few minutes at most.
    public var idleTimeout: Duration = .seconds(30)
    public var timeouts = SMTPTimeouts()
    /// A PEM file of certificate authorities that are trusted beside the system's.
    public var certificateAuthorities: String?

    public init(host: String, port: Int, security: Security, credentials: SMTPCredentials? = nil) {
        (self.host, self.port, self.security, self.credentials) = (host, port, security, credentials)
    }
}
