import Notifications

/// What a template says on one channel in one language: the members that the channel's overrides have, in which each
/// string, however deep, is a text to be rendered, and everything else stands for itself.
struct TemplatePart: Sendable {
    var members: [(name: String, text: TemplateText)]

    /// The text of a member that is one.
    func mustache(_ name: String) -> Mustache? {
        guard case .text(let mustache) = members.first(where: { $0.name == name })?.text else { return nil }
        return mustache
    }

    /// Reads the members, noting every text that is no Mustache.
    init(_ fields: Fields, of channel: NotificationChannel) {
        let reader = TemplateTextReader(channel: channel, fields: fields)
        members = fields.object.members.map { member in
            (member.name, reader.text(member.value, named: member.name, at: member.name, isTopLevel: true))
        }
    }

    /// All templates that stand in its texts.
    var partials: Set<String> {
        members.reduce(into: []) { $0.formUnion($1.text.partials) }
    }
}

/// A JSON value with texts for strings.
enum TemplateText: Sendable {
    case literal(JSON)
    case text(Mustache)
    case array([TemplateText])
    case object([(name: String, text: TemplateText)])

    var partials: Set<String> {
        switch self {
        case .literal: []
        case .text(let mustache): mustache.partials
        case .array(let elements): elements.reduce(into: []) { $0.formUnion($1.partials) }
        case .object(let members): members.reduce(into: []) { $0.formUnion($1.text.partials) }
        }
    }
}

/// Parses the strings of one part.
private struct TemplateTextReader {
    let channel: NotificationChannel
    let fields: Fields

    /// - Parameters:
    ///   - name: of the member that the value is, or that the array around it is.
    ///   - place: where it stands in the part.
    func text(_ json: JSON, named name: String, at place: String, isTopLevel: Bool = false) -> TemplateText {
        switch json {
        case .null, .bool, .number: return .literal(json)
        case .string(let string):
            let medium = Medium(of: name, in: channel, isTopLevel: isTopLevel)
            do throws(MustacheSyntaxError) {
                return .text(try MustacheParser.parse(string, as: medium))
            } catch {
                fields.note(place, .invalid, "\(error)")
                return .literal(json)
            }
        case .array(let elements):
            return .array(
                elements.enumerated().map { text($1, named: name, at: "\(place)[\($0)]") })
        case .object(let object):
            return .object(
                object.members.map { ($0.name, text($0.value, named: $0.name, at: "\(place).\($0.name)")) })
        }
    }
}
