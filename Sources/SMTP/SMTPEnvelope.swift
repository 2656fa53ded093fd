/// Who a message is from and for, as the server is told. The message's own headers are not looked at.
public struct SMTPEnvelope: Sendable, Hashable {
    /// Which recipients have to be taken for the message to be sent at all.
    public enum Condition: Sendable, Hashable {
        /// Whoever is taken gets it.
        case any
        /// Nobody gets it unless the first one does: the others only get copies.
        case first
    }

    public var sender: String
    public var recipients: [String]
    public var condition: Condition

    /// Servers must take at least as many in one transaction (RFC 5321 §4.5.3.1.8).
    public static let maximumRecipients = 100

    public init(sender: String, recipients: [String], condition: Condition = .any) {
        (self.sender, self.recipients, self.condition) = (sender, recipients, condition)
    }

    /// Whether only a server with SMTPUTF8 takes it.
    var isInternational: Bool { ([sender] + recipients).contains { !$0.utf8.allSatisfy { $0 < 0x80 } } }

    /// Whether every path may be written between `<` and `>`. Whoever made the envelope has looked already; here it is
    /// about the wire: nothing may end a path, a command or a line. An empty sender is the null return path.
    var isWritable: Bool {
        (1...SMTPEnvelope.maximumRecipients).contains(recipients.count)
            && recipients.allSatisfy { !$0.isEmpty && SMTPEnvelope.isWritable($0) } && SMTPEnvelope.isWritable(sender)
    }

    private static func isWritable(_ path: String) -> Bool {
        path.utf8.count <= 254
            && path.unicodeScalars.allSatisfy {
                $0.value > 0x20 && !(0x7F...0xA0).contains($0.value) && $0 != "<" && $0 != ">" && $0.value != 0x2028
                    && $0.value != 0x2029
            }
    }
}
