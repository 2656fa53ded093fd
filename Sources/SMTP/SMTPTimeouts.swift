/// How long the server may take in each phase. The deadline of the whole call cuts each of them short.
///
/// **Source:** RFC 5321 §4.5.3.2, whose minimums these are.
public struct SMTPTimeouts: Sendable, Hashable {
    /// For a connection, TLS included; the standard names none.
    public var connect: Duration = .seconds(30)
    public var greeting: Duration = .seconds(300)
    /// EHLO, STARTTLS, AUTH, MAIL, RCPT, RSET.
    public var command: Duration = .seconds(300)
    public var data: Duration = .seconds(120)
    /// For the message to leave.
    public var block: Duration = .seconds(180)
    /// From the final dot to its answer. To give up early is to send twice.
    public var finalDot: Duration = .seconds(600)

    public init() {}

    func limit(of phase: SMTPPhase) -> Duration {
        switch phase {
        case .greeting: greeting
        case .hello, .startTLS, .authentication, .sender, .recipient, .reset: command
        case .data: data
        case .content: block
        }
    }
}
