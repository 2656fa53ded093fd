extension MailMessage {
    /// The longest subject, in bytes; no mailbox shows more.
    public static let maximumSubjectLength = 4096

    /// The message as bytes: lines end in CRLF, have at most 76 characters where a place to fold was found and 998 in
    /// any case, and are ASCII, unless an address is not. There is no `Bcc` in it.
    ///
    ///     mixed ─┬─ alternative ─┬─ text
    ///            │               └─ related ─┬─ HTML
    ///            └─ attachments …            └─ images …         each level only where it has two parts
    ///
    /// - Throws: what the headers must not carry, or that there is nothing to say.
    public func encoded() throws(MailError) -> [UInt8] {
        var output: [UInt8] = []
        output += try headerLines().joined().utf8
        try body().write(boundary: "=_\(messageId)", into: &output)
        return output
    }

    private func headerLines() throws(MailError) -> [String] {
        try check()
        var lines = [HeaderText.fold("Date", [MailDate.text(date)]), MailMessage.line("From", [from])]
        if !to.isEmpty { lines.append(MailMessage.line("To", to)) }
        if !cc.isEmpty { lines.append(MailMessage.line("Cc", cc)) }
        if let replyTo { lines.append(MailMessage.line("Reply-To", [replyTo])) }
        lines.append("Message-ID: <\(fullMessageId)>\r\n")
        if let subject {
            lines.append(HeaderText.fold("Subject", HeaderText.unstructured(subject, longestWord: 60)))
        }
        lines += additions.map { HeaderText.fold($0.name, $0.words) }
        return lines + ["MIME-Version: 1.0\r\n"]
    }

    /// The headers that are neither of the envelope nor of MIME, for an API that has fields of its own for those: ASCII,
    /// not folded.
    public var additionalHeaders: [(name: String, value: String)] {
        additions.map { (name: $0.name, value: $0.words.joined(separator: " ")) }
    }

    private var additions: [(name: String, words: [String])] {
        var additions = [(name: "Auto-Submitted", words: ["auto-generated"])]
        if !listUnsubscribe.isEmpty {
            let words = listUnsubscribe.map { "<\($0.text)>" }
            additions.append(("List-Unsubscribe", words.dropLast().map { $0 + "," } + words.suffix(1)))
        }
        if listUnsubscribe.contains(where: \.isHTTPS) {
            additions.append(("List-Unsubscribe-Post", ["List-Unsubscribe=One-Click"]))
        }
        // Machines read the caller's: what is ASCII is not encoded, however long its words are.
        return additions
            + headers.map { header in
                (header.name, HeaderText.unstructured(header.value, longestWord: CustomHeader.maximumValueLength))
            }
    }

    /// Refuses what a header must not carry. The types of the parts check themselves, this what is a plain string.
    public func check() throws(MailError) {
        for mailbox in [from] + to + cc + (replyTo.map { [$0] } ?? []) {
            if let name = mailbox.name { try HeaderText.check(name, part: "name") }
        }
        if let subject {
            try HeaderText.check(subject, part: "subject")
            guard subject.utf8.count <= MailMessage.maximumSubjectLength else {
                throw .tooLong(part: "subject", limit: MailMessage.maximumSubjectLength)
            }
        }
        guard messageId.utf8.allSatisfy(\.isLetterOrDigit), (1...50).contains(messageId.utf8.count) else {
            throw .controlCharacter(part: "messageId")
        }
        try HeaderText.check(messageIdDomain, part: "messageId")
    }

    private static func line(_ name: String, _ mailboxes: [Mailbox]) -> String {
        var words: [String] = []
        for (index, mailbox) in mailboxes.enumerated() {
            words += mailbox.words
            if index < mailboxes.count - 1 { words[words.count - 1] += "," }
        }
        return HeaderText.fold(name, words)
    }

    private func body() throws(MailError) -> MIMEPart {
        let plain = text.map { MIMEPart.text($0, subtype: "plain") }
        let images = html == nil ? [] : attachments.filter { $0.contentId != nil }
        let files = html == nil ? attachments : attachments.filter { $0.contentId == nil }
        var root: MIMEPart? = html.map { .text($0, subtype: "html") }
        if let page = root, !images.isEmpty {
            root = .related([page] + images.map(MIMEPart.attachment))
        }
        if let plain { root = root.map { .alternative([plain, $0]) } ?? plain }
        guard let root else { throw .noContent }
        if files.isEmpty { return root }
        return .mixed([root] + files.map(MIMEPart.attachment))
    }
}
