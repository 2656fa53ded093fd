public import Notifications

/// A template with all that it is made of, ready to be rendered.
public struct TemplateSet: Sendable {
    public let name: String
    public let version: Int
    public let root: Template
    /// Its partials and layouts and theirs, by name; what is not there is found missing when it is needed.
    private let others: [String: Template]

    /// Templates that one may be made of.
    public static let maximumCount = 32

    public init(name: String, version: Int, root: Template, others: [String: Template]) {
        self.name = name
        self.version = version
        self.root = root
        self.others = others
    }

    /// The members that a channel's overrides get. One that renders to nothing is left out.
    /// - Parameters:
    ///   - locale: the reader's language.
    ///   - field: of the request, where the language came from.
    /// - Throws: everything that is wrong, as far as it can be told.
    public func render(
        _ channel: NotificationChannel, for locale: String?, from field: String, with context: TemplateContext,
        within budget: inout RenderBudget
    ) throws(TemplateProblems) -> JSONObject {
        guard let part = root.part(channel, for: locale) else {
            throw TemplateProblems(
                field, .invalid, "is none that the template \(name) has for \(channel.rawValue), nor has it a default")
        }
        var rendering = PartRendering(set: self, channel: channel, locale: locale, context: context, budget: budget)
        defer { budget = rendering.budget }
        let members: JSONObject
        do throws(RenderLimit) { members = try rendering.render(part) } catch {
            if rendering.problems.isEmpty {
                throw TemplateProblems("template", .tooLong, "\(error.message) on \(channel.rawValue)")
            }
            throw TemplateProblems(rendering.problems)
        }
        if !rendering.problems.isEmpty { throw TemplateProblems(rendering.problems) }
        return members
    }

    /// The text that stands for `{{> name}}`: the same member of the other template, or within a member its `body`. It must
    /// be of the same medium, or its values would be escaped for another place than this.
    func partial(
        _ name: String, _ channel: NotificationChannel, _ locale: String?, member: String?, medium: Medium
    ) -> Mustache? {
        let mustache = others[name]?.part(channel, for: locale)?.mustache(member ?? "body")
        return mustache?.medium == medium ? mustache : nil
    }

    func layout(_ name: String, for locale: String?) -> (html: Mustache, next: String?)? {
        guard let layout = others[name], let html = layout.part(.email, for: locale)?.mustache("html") else {
            return nil
        }
        return (html, layout.layout)
    }
}
