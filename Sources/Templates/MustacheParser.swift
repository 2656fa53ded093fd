import Notifications

/// Makes a ``Mustache`` of a text.
struct MustacheParser {
    private let medium: Medium
    private let bytes: [UInt8]
    /// Those of the sections that are open lie behind those that stand before them.
    private var nodes: [Mustache.Node] = []
    private var open: [OpenSection] = []
    private var partials: Set<String> = []
    /// Where in the HTML we are.
    private var html = HTMLScanner()
    /// The same for a text that is an address by itself.
    private var isAtStartOfText = true
    /// The section that ended last: `isAtStart` where it began and where its text ends, and whether it is an alternative.
    private var last = (before: true, after: true, isAlternative: false)

    /// A section whose end has not been read.
    private struct OpenSection {
        let tag: MustacheTokens.Tag
        let name: Mustache.Name
        let isInverted: Bool
        /// Where its nodes begin.
        let firstNode: Int
        let html: HTMLScanner
        let isAtStart: Bool
        /// The same behind its end, where the section is not printed.
        let isAtStartWithout: Bool
        /// Whether what stands right before it is printed where it is not, and only there.
        let isAlternative: Bool
    }

    /// Whether nothing of an address has been printed so far.
    private var isAtStart: Bool {
        get { medium == .html ? html.isAtStart : isAtStartOfText }
        set { if medium == .html { html.isAtStart = newValue } else { isAtStartOfText = newValue } }
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
        if medium == .html {
            html.read(bytes[range])
            if html.lacksName {
                throw MustacheSyntaxError(
                    "an = must stand in the same section as its attribute's name", at: range.lowerBound, in: bytes)
            }
        }
        isAtStartOfText = false
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
            defer { isAtStartOfText = false }
            return .url(isWhole: isAtStartOfText, inHTML: false)
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
        isAtStartOfText = false
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
        try divide(tag)
        let isAlternative = isAlternative(name, isInverted)
        let isAtStartWithout = isAlternative ? last.after : isAtStart
        if isAlternative { isAtStart = last.before }
        open.append(
            OpenSection(
                tag: tag, name: name, isInverted: isInverted, firstNode: nodes.count, html: html, isAtStart: isAtStart,
                isAtStartWithout: isAtStartWithout, isAlternative: isAlternative))
    }

    /// Whether `{{^name}}` stands right behind `{{#name}}…{{/name}}`, or the other way round: one of the two is printed.
    private func isAlternative(_ name: Mustache.Name, _ isInverted: Bool) -> Bool {
        guard nodes.count > open.last?.firstNode ?? 0, !last.isAlternative,
            case .section(let other, let wasInverted, _) = nodes.last
        else { return false }
        return other == name && wasInverted != isInverted
    }

    private mutating func divide(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) {
        if medium == .html, !html.isDivisible {
            throw error("a section may not begin or end within what opens or closes a tag or a comment", tag)
        }
        if html.breakWord() { nodes.append(.text(" ")) }
    }

    private mutating func end(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) {
        guard let section = open.popLast(), section.tag.name == tag.name else {
            throw error("this closes no section that is open", tag)
        }
        try divide(tag)
        guard html.isWhere(section.html) else {
            throw error("the section \(section.name) must end where it began: within the same tag or between tags", tag)
        }
        last = (before: section.isAtStart, after: isAtStart, isAlternative: section.isAlternative)
        isAtStart = isAtStart && section.isAtStartWithout
        let inner = Array(nodes[section.firstNode...])
        nodes.removeSubrange(section.firstNode...)
        nodes.append(.section(section.name, isInverted: section.isInverted, inner))
    }

    private func name(_ tag: MustacheTokens.Tag) throws(MustacheSyntaxError) -> Mustache.Name {
        guard let name = Mustache.Name(tag.name) else { throw error("this is not the name of a value", tag) }
        return name
    }

    private func error(_ message: String, _ tag: MustacheTokens.Tag) -> MustacheSyntaxError {
        MustacheSyntaxError(message, at: tag.offset, in: bytes)
    }
}
