import Foundation

/// What a tenant has set for all of its users: preferences of those who said nothing else, and which messages may pass
/// what its users said.
public struct PreferenceDefaults: Sendable, Hashable {
    /// A kind of rule that a message may pass.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// That a channel is off as a whole. What is said of a type or a category is always heeded.
        case channels
        case quietHours
        /// How much a user gets.
        case limits
    }

    public var preferences = Preferences()
    /// Of users whose own is not known. IANA name.
    public var timezone = "UTC"
    /// What messages of priority `critical` pass.
    public var criticalPasses: Set<Rule> = [.quietHours, .limits]
    /// What messages of type `transactional` pass.
    public var transactionalPasses: Set<Rule> = [.channels]
    /// What one user gets by a channel at most, of all kinds together.
    public var limits: [NotificationChannel: RecipientLimit] = [:]
    /// What one user gets of a type, beside what is said for all.
    public var typeLimits: [NotificationType: [NotificationChannel: RecipientLimit]] = [:]
    /// What one user gets of a category, likewise.
    public var categoryLimits: [String: [NotificationChannel: RecipientLimit]] = [:]
    public var overLimit = OverLimit.reject

    /// What becomes of what is too much.
    public enum OverLimit: String, Sendable, Hashable, CaseIterable {
        case reject
        case waits = "defer"
    }

    public init() {}

    /// Reads the body of a tenant's preferences, noting every problem; what is missing is as it is at first.
    public init(_ fields: Fields) {
        fields.allow(
            Preferences.names.union(["timezone", "passes", "limits", "typeLimits", "categoryLimits", "overLimit"]))
        preferences = Preferences(among: fields)
        if let name = fields.string("timezone", maximum: 64) {
            if TimeZone(identifier: name) == nil { fields.note("timezone", .invalid, "must be an IANA name") }
            timezone = name
        }
        limits = fields.limits("limits")
        typeLimits = fields.byType("typeLimits") { $0.limits($1) }
        categoryLimits = fields.byCategory("categoryLimits") { $0.limits($1) }
        overLimit = fields.choice("overLimit", among: OverLimit.allCases, named: \.rawValue) ?? overLimit
        guard let passes = fields.nested("passes") else { return }
        passes.allow(["critical", "transactional"])
        func rules(_ name: String) -> Set<Rule>? {
            passes.words(name, among: Rule.allCases, named: \.rawValue).map { Set($0) }
        }
        criticalPasses = rules("critical") ?? criticalPasses
        transactionalPasses = rules("transactional") ?? transactionalPasses
    }

    /// Reads what `json` wrote; nil for a tenant that set nothing.
    public init(stored json: JSON?) {
        self.init()
        if let object = json?.object { self = PreferenceDefaults(Fields(object)) }
    }

    public var json: JSON {
        func words(_ rules: Set<Rule>) -> JSON {
            .array(Rule.allCases.filter(rules.contains).map { .string($0.rawValue) })
        }
        let passes: JSON = ["critical": words(criticalPasses), "transactional": words(transactionalPasses)]
        let own: [(String, JSON)] = [
            ("timezone", .string(timezone)), ("passes", passes), ("limits", JSON(limits, \.json)),
            ("typeLimits", JSON(types: typeLimits) { JSON($0, \.json) }),
            ("categoryLimits", JSON(categories: categoryLimits) { JSON($0, \.json) }),
            ("overLimit", .string(overLimit.rawValue)),
        ]
        return .object(JSONObject(preferences.members + own))
    }

    var hasLimits: Bool { !limits.isEmpty || !typeLimits.isEmpty || !categoryLimits.isEmpty }

    /// Whether a message is sent whatever rules of this kind say.
    public func lets(_ content: NotificationContent, pass rule: Rule) -> Bool {
        content.priority == .critical && criticalPasses.contains(rule)
            || content.type == .transactional && transactionalPasses.contains(rule)
    }

    var timeZone: TimeZone { TimeZone(identifier: timezone) ?? .gmt }
}

extension Fields {
    fileprivate func limits(_ name: String) -> [NotificationChannel: RecipientLimit] {
        byChannel(name) { $0.nested($1).flatMap(RecipientLimit.init) }
    }
}
