extension Recipient {
    /// What is wrong with the address of a chat, to be read after the field's name; nil when nothing is, as far as can be
    /// told without asking.
    static func problem(ofChat route: Route, _ address: String) -> String? {
        switch route {
        case .slack: isURL(address) || isWord(address) ? nil : "must be the URL of a webhook or the id of a channel"
        case .discord: isURL(address) ? nil : "must be the URL of a webhook"
        case .telegram:
            Int(address) != nil || address.first == "@" && isWord(address.dropFirst())
                ? nil : "must be the number of a chat, or @name"
        case .whatsApp: isPhone(address) ? nil : "must be a number in E.164 form such as +46701234567"
        default: nil
        }
    }

    /// Whether we may call it is for the API to say, and for every attempt.
    private static func isURL(_ address: String) -> Bool {
        address.contains("://") && address.utf8.allSatisfy { (33...126).contains($0) }
    }

    private static func isWord(_ address: some StringProtocol) -> Bool {
        !address.isEmpty
            && address.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
                    || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "_")
            }
    }
}
