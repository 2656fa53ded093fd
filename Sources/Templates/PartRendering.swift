import Notifications

/// Renders what a template says on one channel, member by member.
struct PartRendering {
    let set: TemplateSet
    let channel: NotificationChannel
    let locale: String?
    let context: TemplateContext
    var budget: RenderBudget
    private(set) var problems: [FieldProblem] = []

    init(
        set: TemplateSet, channel: NotificationChannel, locale: String?, context: TemplateContext, budget: RenderBudget
    ) {
        self.set = set
        self.channel = channel
        self.locale = locale
        self.context = context
        self.budget = budget
    }

    mutating func render(_ part: TemplatePart) throws(RenderLimit) -> JSONObject {
        var members = JSONObject()
        for (name, text) in part.members {
            var value = try json(text, in: name)
            if channel == .email, name == "html", let html = value.string {
                value = .string(try wrapped(html))
            }
            if value != .string("") { members.append(name, value) }
        }
        return members
    }

    /// - Parameter member: the name of the member that this is; nil within one.
    private mutating func json(_ text: TemplateText, in member: String?) throws(RenderLimit) -> JSON {
        try budget.spend(steps: 1)
        try budget.spend(bytes: RenderBudget.valueBytes)
        switch text {
        case .literal(let json):
            try budget.spend(bytes: json.utf8.count)
            return json
        case .text(let mustache): return .string(try string(mustache, in: member))
        case .array(let elements):
            var values: [JSON] = []
            for element in elements { values.append(try json(element, in: nil)) }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for (name, text) in members {
                try budget.spend(bytes: name.utf8.count)
                object.append(name, try json(text, in: nil))
            }
            return .object(object)
        }
    }

    private mutating func string(
        _ mustache: Mustache, in member: String?, around content: String? = nil
    ) throws(RenderLimit) -> String {
        var rendering = MustacheRendering(context, budget, content: content) { [set, channel, locale] name in
            set.partial(name, channel, locale, member: member, medium: mustache.medium)
        }
        defer {
            budget = rendering.budget
            for problem in rendering.problems where !problems.contains(problem) { problems.append(problem) }
        }
        try rendering.render(mustache)
        return rendering.output
    }

    /// HTML in the layout that the template names, and this in the one that it names.
    private mutating func wrapped(_ html: String) throws(RenderLimit) -> String {
        var html = html
        var next = set.root.layout
        for _ in 0..<RenderBudget.depth {
            guard let name = next else { return html }
            guard let layout = set.layout(name, for: locale) else {
                problems.append(
                    FieldProblem(
                        field: "template", code: .invalid,
                        message: "needs the layout \(name), which has no html for this language"))
                return html
            }
            budget.giveBack(bytes: html.utf8.count)
            html = try string(layout.html, in: "html", around: html)
            next = layout.next
        }
        if next != nil { throw .depth }
        return html
    }
}
