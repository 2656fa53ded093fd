/// Why a conversation came to nothing, other than by a refusal of one recipient. Safe to show.
public enum SMTPError: Error, Sendable, Hashable {
    /// The server refused before any message was spoken of.
    case refused(SMTPReply, SMTPPhase)
    case nameNotResolved
    case connectFailed
    case tlsFailed
    /// The server's certificate is not valid for its name.
    case certificate
    /// TLS is wanted and the server does not offer it.
    case tlsNotOffered
    /// The server offers none of the ways to authenticate that we may use.
    case noMechanism
    case timeout(SMTPPhase)
    case connectionLost(SMTPPhase)
    /// What came is not a reply, or is longer than any.
    case malformedReply(SMTPPhase)
    /// All connections were in use for as long as there was time.
    case noFreeConnection
    case cancelled
    case shutDown
    /// Larger than the server's `SIZE`.
    case messageTooLarge(limit: Int)
    /// An address beyond ASCII, and a server that does not take it.
    case needsInternationalMail
    /// Bytes beyond ASCII in the message, and a server that does not take them.
    case needsEightBit
    /// A sender or recipient that may not stand in an envelope.
    case invalidPath
}

extension SMTPError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let reply, let phase): "The server answered \(reply) to \(phase.rawValue)."
        case .nameNotResolved: "The server's name could not be resolved."
        case .connectFailed: "No connection could be made."
        case .tlsFailed: "The TLS handshake failed."
        case .certificate: "The server's certificate is not valid for its name."
        case .tlsNotOffered: "The server does not offer STARTTLS."
        case .noMechanism: "The server offers no way to authenticate that is configured."
        case .timeout(let phase): "The server did not answer in time (\(phase.rawValue))."
        case .connectionLost(let phase): "The connection broke (\(phase.rawValue))."
        case .malformedReply(let phase): "The server's reply was not SMTP (\(phase.rawValue))."
        case .noFreeConnection: "All connections to the server were in use."
        case .cancelled: "It was cancelled."
        case .shutDown: "The client was shut down."
        case .messageTooLarge(let limit): "The server takes messages of at most \(limit) bytes."
        case .needsInternationalMail: "The server does not take addresses beyond ASCII."
        case .needsEightBit: "The server does not take bytes beyond ASCII."
        case .invalidPath: "An address may not stand in an envelope."
        }
    }
}
