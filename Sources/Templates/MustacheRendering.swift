import Notifications

/// Renders one text: looks up its values, escapes them, and notes each that is missing instead of stopping at the first.
struct MustacheRendering {
    /// What a section looks into before what is around it.
    private struct Frame {
        /// Where it stands in the request.
        let field: String
        let value: JSON
    }

    private let context: TemplateContext
    /// What stands for `{{> name}}` here.
    private let partial: (String) -> Mustache?
    /// What a layout is put around.
    private let content: String?
    private(set) var output = ""
    private(set) var problems: [FieldProblem] = []
    private(set) var budget: RenderBudget
    private var frames: [Frame] = []
    private var depth = 0

    /// More are not told.
    static let maximumProblems = 20

    init(
        _ context: TemplateContext, _ budget: RenderBudget, content: String?,
        partial: @escaping (String) -> Mustache?
    ) {
        self.context = context
        self.budget = budget
        self.content = content
        self.partial = partial
    }

    mutating func render(_ mustache: Mustache) throws(RenderLimit) { try render(mustache.nodes) }

    private mutating func render(_ nodes: [Mustache.Node]) throws(RenderLimit) {
        for node in nodes {
            try budget.spend(steps: 1)
            switch node {
            case .text(let text): try print(text)
            case .value(let name, let escaping): try print(name, escaping)
            case .section(let name, let isInverted, let inner):
                if isInverted { try renderUnless(name, inner) } else { try renderSection(name, inner) }
            case .partial(let name): try renderPartial(name)
            case .content:
                guard let content else {
                    try note("template", .invalid, "is a layout: it has {{{content}}}, which is another template's")
                    break
                }
                try print(content)
            }
        }
    }

    private mutating func print(_ text: String) throws(RenderLimit) {
        try budget.spend(bytes: text.utf8.count)
        output += text
    }

    private mutating func print(_ name: Mustache.Name, _ escaping: Escaping) throws(RenderLimit) {
        guard let value = try find(name) else {
            return try note(field(of: name), .missing, "is needed by the template")
        }
        let text: String
        switch value {
        case .string(let string): text = string
        case .number(let literal): text = literal
        case .bool(let bool): text = bool ? "true" : "false"
        case .null, .array, .object:
            return try note(
                field(of: name), .wrongType,
                "must be a string, a number or a boolean, not \(value.kind): the template prints it")
        }
        // What is large is paid for before it is made larger.
        try budget.spend(steps: text.utf8.count / 16)
        let escaped: String
        do throws(Escaping.Refusal) { escaped = try escaping.escape(text) } catch {
            return try note(field(of: name), .invalid, error.message)
        }
        try print(escaped)
    }

    private mutating func renderPartial(_ name: String) throws(RenderLimit) {
        guard let mustache = partial(name) else {
            return try note("template", .invalid, "needs the template \(name), which has no such text")
        }
        if depth == RenderBudget.depth { throw .depth }
        depth += 1
        try render(mustache.nodes)
        depth -= 1
    }

    private mutating func renderUnless(_ name: Mustache.Name, _ nodes: [Mustache.Node]) throws(RenderLimit) {
        if let value = try find(name), MustacheRendering.isTrue(value) { return }
        try budget.spendTurn()
        try render(nodes)
    }

    private mutating func renderSection(_ name: Mustache.Name, _ nodes: [Mustache.Node]) throws(RenderLimit) {
        guard let value = try find(name), MustacheRendering.isTrue(value) else { return }
        let field = field(of: name)
        guard let elements = value.array else { return try renderTurn(Frame(field: field, value: value), nodes) }
        for (index, element) in elements.enumerated() {
            try renderTurn(Frame(field: "\(field)[\(index)]", value: element), nodes)
        }
    }

    private mutating func renderTurn(_ frame: Frame, _ nodes: [Mustache.Node]) throws(RenderLimit) {
        try budget.spendTurn()
        frames.append(frame)
        try render(nodes)
        frames.removeLast()
    }

    /// What is absent is false here, as is what there is nothing of.
    private static func isTrue(_ value: JSON) -> Bool {
        switch value {
        case .null: false
        case .bool(let bool): bool
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        case .number, .object: true
        }
    }

    /// The first part of a name is looked for from the innermost section outwards, the others in what it names.
    private mutating func find(_ name: Mustache.Name) throws(RenderLimit) -> JSON? {
        guard let first = name.parts.first else { return frames.last?.value }
        var value = try find(first: first)
        for part in name.parts.dropFirst() {
            guard let found = value else { break }
            value = try member(part, of: found)
        }
        guard let value, !value.isNull else { return nil }
        return value
    }

    private mutating func find(first name: String) throws(RenderLimit) -> JSON? {
        for frame in frames.reversed() {
            if let found = try member(name, of: frame.value) { return found }
        }
        if name == TemplateContext.recipientName { return .object(context.recipient) }
        return try member(name, of: .object(context.data))
    }

    private mutating func member(_ name: String, of value: JSON) throws(RenderLimit) -> JSON? {
        guard case .object(let object) = value else { return nil }
        try budget.spend(steps: object.members.count)
        return object[name]
    }

    /// The field of the request that holds what a name stands for, or where it should have been.
    private func field(of name: Mustache.Name) -> String {
        guard let first = name.parts.first else { return frames.last?.field ?? "data" }
        let holder = frames.last { $0.value[first] != nil }
        if holder == nil, first == TemplateContext.recipientName {
            return context.field(ofRecipient: name.parts.dropFirst())
        }
        let isInData = holder == nil && context.data[first] != nil
        let innermost = isInData ? nil : frames.last { $0.value.object != nil }
        let base = holder?.field ?? innermost?.field ?? "data"
        return ([base] + name.parts).joined(separator: ".")
    }

    private mutating func note(_ field: String, _ code: FieldProblem.Code, _ message: String) throws(RenderLimit) {
        let problem = FieldProblem(field: field, code: code, message: message)
        if problems.contains(problem) { return }
        problems.append(problem)
        if problems.count == MustacheRendering.maximumProblems { throw .problems }
    }
}
