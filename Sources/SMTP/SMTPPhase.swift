/// Where in the conversation something happened.
public enum SMTPPhase: String, Sendable, Hashable, CaseIterable {
    /// The server's first line.
    case greeting
    /// EHLO, HELO.
    case hello
    case startTLS
    case authentication
    /// MAIL.
    case sender
    /// RCPT.
    case recipient
    /// DATA, up to the permission to send the message.
    case data
    /// From the message to the answer to its final dot.
    case content
    /// RSET, between a transaction that came to nothing and the next.
    case reset
}
