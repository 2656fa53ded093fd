/// What became of a message for one recipient.
public enum SMTPResult: Sendable, Hashable {
    /// The server has it and is responsible for it.
    case accepted(SMTPReply)
    /// The server said no, to the recipient alone or to the whole transaction; `SMTPPhase` tells which.
    case refused(SMTPReply, SMTPPhase)
    /// The server cannot have it.
    case notSent(SMTPError)
    /// All of it left and no answer came: the server may have it.
    case unknown(SMTPError)
}
