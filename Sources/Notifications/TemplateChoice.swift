/// The template that a request asks for: `"order-shipped"`, or `{"name": "order-shipped", "version": 3}`.
public struct TemplateChoice: Sendable, Hashable {
    public var name: String
    /// Nil for the active one.
    public var version: Int?

    public static let maximumNameBytes = 128

    public init(name: String, version: Int? = nil) {
        self.name = name
        self.version = version
    }

    /// `order-shipped`, or `order-shipped@3`: no name has an `@`.
    public var text: String { version.map { "\(name)@\($0)" } ?? name }

    /// As a request says it.
    public var json: JSON {
        guard let version else { return .string(name) }
        return ["name": .string(name), "version": JSON(version)]
    }

    /// Whether templates may be called so: letters, digits, `.`, `_` and `-` of ASCII, beginning with a letter or digit.
    public static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= maximumNameBytes else { return false }
        return isLetterOrDigit(first)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension Fields {
    /// A template's name.
    public func templateName(_ name: String) -> String? {
        guard let text = string(name, maximum: TemplateChoice.maximumNameBytes) else { return nil }
        if !text.isEmpty, !TemplateChoice.isName(text) {
            note(name, .invalid, "must be of letters, digits, '.', '_' and '-', and begin with a letter or digit")
        }
        return text
    }

    /// The member `template` of a request to notify.
    var templateChoice: TemplateChoice? {
        guard object["template"]?.object != nil, let nested = nested("template") else {
            return templateName("template").map { TemplateChoice(name: $0) }
        }
        nested.allow(["name", "version"])
        let version = nested.integer("version", in: 1...Int(Int32.max))
        guard let name = nested.templateName("name") else {
            nested.require("name")
            return nil
        }
        return TemplateChoice(name: name, version: version)
    }
}
