/// A header that the caller adds: any that is not written by us and does not steer a mail system.
public struct CustomHeader: Sendable, Hashable {
    public let name: String
    public let value: String

    /// Bytes of a value; a line of a header may not be longer, so a word that long always fits.
    public static let maximumValueLength = 900

    private static let forbidden: Set<String> = [
        "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "received",
        "return-path", "dkim-signature", "domainkey-signature", "authentication-results", "received-spf",
        "auto-submitted", "list-unsubscribe", "list-unsubscribe-post", "delivered-to", "x-original-to", "errors-to",
        "apparently-to", "disposition-notification-to", "return-receipt-to",
    ]
    private static let forbiddenPrefixes = ["content-", "resent-", "arc-", "dkim-"]

    /// **Source:** RFC 5322 §3.6.8: a name is visible ASCII without a colon.
    public init(name: String, value: String) throws(MailError) {
        guard (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: ":") })
        else { throw .invalidHeaderName }
        let lowercased = name.lowercased()
        if CustomHeader.forbidden.contains(lowercased)
            || CustomHeader.forbiddenPrefixes.contains(where: lowercased.hasPrefix)
        {
            throw .forbiddenHeader(name: name)
        }
        try HeaderText.check(value, part: name)
        guard value.utf8.count <= CustomHeader.maximumValueLength else {
            throw .tooLong(part: name, limit: CustomHeader.maximumValueLength)
        }
        self.name = name
        self.value = value
    }
}
