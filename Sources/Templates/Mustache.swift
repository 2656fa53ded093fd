/// One text of a template, parsed: what is printed as it stands, and what is looked up when it is rendered.
///
/// Of Mustache it has values `{{name}}`, sections `{{#name}}…{{/name}}`, inverted ones `{{^name}}…{{/name}}`, partials
/// `{{> name}}` and comments `{{! … }}`; no lambdas, no blocks, no other delimiters. Every value is escaped as its place
/// asks. The one thing that is printed as it is, `{{{content}}}` in the HTML of a layout, was escaped before.
///
/// **Source:** mustache(5), and github.com/mustache/spec for lines on which a tag stands alone.
struct Mustache: Sendable, Hashable {
    let medium: Medium
    let nodes: [Node]
    /// The templates that stand in it.
    let partials: Set<String>

    indirect enum Node: Sendable, Hashable {
        case text(String)
        case value(Name, Escaping)
        case section(Name, isInverted: Bool, [Node])
        case partial(String)
        /// What the layout is put around.
        case content
    }

    /// `order.id` as its parts; none for `.`, which is the element of the section it stands in.
    struct Name: Sendable, Hashable, CustomStringConvertible {
        let parts: [String]

        /// Nil for what cannot be a name.
        init?(_ text: String) {
            parts = text == "." ? [] : text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Name.isAllowed) }) else { return nil }
        }

        private static func isAllowed(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
                true
            default: false
            }
        }

        var description: String { parts.isEmpty ? "." : parts.joined(separator: ".") }
    }
}
