/// Names of languages as templates have them: `sv`, `sv-SE`, and `default` for everybody else.
///
/// **Source:** RFC 4647 §3.4, "Lookup": from the right, a subtag less each time.
enum LocaleTag {
    static let standard = "default"

    /// In the one form in which tags are compared.
    static func normal(_ tag: String) -> String { tag.replacing("_", with: "-").lowercased() }

    static func isTag(_ text: String) -> Bool {
        text.utf8.count <= 35
            && text.split(separator: "-", omittingEmptySubsequences: false).allSatisfy { subtag in
                (1...8).contains(subtag.utf8.count) && subtag.utf8.allSatisfy { (0x30...0x7A).contains($0) }
                    && subtag.allSatisfy { $0.isLetter || $0.isNumber }
            }
    }

    /// What to look for, first choice first: `sv-SE` is also `sv`, and everybody takes the default.
    static func choices(_ tag: String?) -> [String] {
        var subtags = tag.map { normal($0).split(separator: "-") } ?? []
        var choices: [String] = []
        while !subtags.isEmpty {
            choices.append(subtags.joined(separator: "-"))
            subtags.removeLast()
        }
        return choices + [standard]
    }
}
