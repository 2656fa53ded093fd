import Notifications

/// Makes a ``Mustache`` of a text.
struct MustacheParser {
    private let medium: Medium
    private let bytes: [UInt8]
    private var nodes: [Mustache.Node] = []
    private var open: [OpenSection] = []
    private var partials: Set<String> = []
    /// Where in the HTML we are.
    private var html = HTMLScanner()
    /// Whether nothing of an address has been printed so far.
    private var isAtStart = true

    /// A section whose end has not been read, with what stood before it.
    private struct OpenSection {
        let tag: MustacheTokens.Tag
        let name: Mustache.Name
        let isInverted: Bool
        let before: [Mustache.Node]
        let html: HTMLScanner
    }

    /// Sections within sections.
    static let maximumDepth = 32

    static func parse(_ text: String, as medium: Medium) throws(MustacheSyntaxError) -> Mustache {
        var parser = MustacheParser(text, medium)
        for token in try MustacheTokens(bytes: parser.bytes).all() {
            switch token {
            case .text(let range): try parser.add(text: range)
            case .tag(let tag): try parser.add(tag)
            }
        }
        return try parser.finished()
    }

    private init(_ text: String, _ medium: Medium) {
        bytes = Array(text.utf8)
        self.medium = medium
    }

    private func finished() throws(MustacheSyntaxError) -> Mustache {
        if let section = open.last { throw error("the section \(section.name) is never closed", section.tag) }
        if !html.isBetweenTags {
            throw MustacheSyntaxError("the HTML ends within a tag, a script or a comment", at: bytes.count, in: bytes)
        }
        return Mustache(medium: medium, nodes: nodes, partials: partials)
    }

    private mutating func add(text range: Range<Int>) throws(MustacheSyntaxError) {
        let text = String(decoding: bytes[range], as: UTF8.self)
        if medium == .line, !Escaping.isLine(text) {
            throw MustacheSyntaxError(
                "a header has no line break and no control character", at: range.lowerBound, in: bytes)
        }
        if medium == .html { html.read(bytes[range]) }
        isAtStart = false
        nodes.append(.text(text))
    }

    private mutating func add(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) {
        switch tag.kind {
        case .comment: break
        case .value:
            let name = try name(tag)
            nodes.append(.value(name, try escaping(tag)))
        case .raw: try addContent(tag)
        case .section: try begin(tag, isInverted: false)
        case .inverted: try begin(tag, isInverted: true)
        case .end: try end(tag)
        case .partial: try addPartial(tag)
        case .unsupported(let what): throw error("\(what) are not supported", tag)
        }
    }

    private mutating func escaping(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) -> Escaping {
        switch medium {
        case .text: return .none
        case .line: return .line
        case .url:
            defer { isAtStart = false }
            return .url(isWhole: isAtStart, inHTML: false)
        case .html:
            guard let escaping = html.escaping() else {
                throw error(
                    "a value may stand between tags and in quoted attributes, but not in styles or scripts", tag)
            }
            return escaping
        }
    }

    private mutating func addContent(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) {
        guard medium == .html, tag.name == "content" else {
            throw error("values are always escaped; only a layout's html has {{{content}}}", tag)
        }
        try checkIsBetweenTags(tag)
        nodes.append(.content)
    }

    private mutating func addPartial(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) {
        guard TemplateChoice.isName(tag.name) else { throw error("this is not the name of a template", tag) }
        try checkIsBetweenTags(tag)
        isAtStart = false
        partials.insert(tag.name)
        nodes.append(.partial(tag.name))
    }

    private func checkIsBetweenTags(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) {
        if medium == .html, !html.isBetweenTags { throw error("this may stand between HTML tags only", tag) }
    }

    private mutating func begin(_ tag: MustacheTokens.Tag, isInverted: Bool) throws(MustacheSyntaxError) {
        let name = try name(tag)
        if open.count == MustacheParser.maximumDepth {
            throw error("sections are nested more than \(MustacheParser.maximumDepth) deep", tag)
        }
        html.breakWord()
        open.append(OpenSection(tag: tag, name: name, isInverted: isInverted, before: nodes, html: html))
        nodes = []
    }

    private mutating func end(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) {
        guard let section = open.popLast(), section.tag.name == tag.name else {
            throw error("this closes no section that is open", tag)
        }
        html.breakWord()
        guard html.isWhere(section.html) else {
            throw error("the section \(section.name) must end where it began: within the same tag or between tags", tag)
        }
        nodes = section.before + [.section(section.name, isInverted: section.isInverted, nodes)]
    }

    private func name(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) -> Mustache.Name {
        guard let name = Mustache.Name(tag.name) else { throw error("this is not the name of a value", tag) }
        return name
    }

    private func error(_ message: String, _ tag: MustacheTokens.Tag) -> MustacheSyntaxError {
        MustacheSyntaxError(message, at: tag.offset, in: bytes)
    }
}
