/// A name and an address, as `From` and `To` show them.
public struct Mailbox: Sendable, Hashable {
    public var name: String?
    public var address: EmailAddress

    public init(name: String? = nil, address: EmailAddress) {
        self.name = name
        self.address = address
    }

    /// Reads `ann@example.com`, `Ann Smith <ann@example.com>` or `"Smith, Ann" <ann@example.com>`: one mailbox, no list.
    ///
    /// - Parameter part: what it is for, in the error.
    public init(parsing text: String, part: String) throws(MailError) {
        try HeaderText.check(text, part: part)
        let trimmed = text.drop { $0 == " " }
        do throws(EmailAddress.Problem) {
            guard trimmed.last == ">", let open = trimmed.lastIndex(of: "<") else {
                self.init(address: try EmailAddress(String(trimmed)))
                return
            }
            let address = trimmed[trimmed.index(after: open)...].dropLast()
            self.init(name: Mailbox.unquoted(trimmed[..<open]), address: try EmailAddress(String(address)))
        } catch {
            throw .invalidAddress(part: part, error)
        }
    }

    private static func unquoted(_ text: Substring) -> String? {
        var name = text
        while name.last == " " { name.removeLast() }
        guard name.count >= 2, name.first == "\"", name.last == "\"" else { return name.isEmpty ? nil : String(name) }
        var plain = ""
        var isEscaped = false
        for character in name.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                plain.append(character)
                isEscaped = false
            }
        }
        return plain.isEmpty ? nil : plain
    }

    /// As a header shows it, in ASCII unless the address is not: `"Ann Smith" <ann@example.com>`.
    public var headerText: String { words.joined(separator: " ") }

    /// As the words of a header: the name quoted or encoded, then `<address>`.
    var words: [String] {
        let address = "<\(address.text)>"
        guard let name else { return [address] }
        return HeaderText.phrase(name) + [address]
    }
}
