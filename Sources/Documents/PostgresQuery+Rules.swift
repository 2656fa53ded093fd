import Notifications
import Postgres

extension PostgresQuery.StringInterpolation {
    /// What the preferences of a row have to say about document `n`, and no more, since every permit reads them.
    /// - Parameter owner: `user` or `tenant`.
    mutating func appendInterpolation(rulesOf row: StaticString, of owner: StaticString) {
        appendLiteral(
            """
            \(row).preferences - '{categories,limits,typeLimits,categoryLimits}'::text[] AS \(owner)_rules,
                \(row).preferences -> 'categories' -> (n.content ->> 'category') AS \(owner)_category
            """)
    }
}

extension SendingRules {
    /// Of a row with these columns for user and tenant.
    init(_ row: PostgresRow, of content: NotificationContent, for recipient: Recipient) throws {
        func rules(of owner: String) throws -> JSON? {
            guard case .object(var rules)? = try row.get("\(owner)_rules", as: JSONB?.self)?.json else { return nil }
            let category = try row.get("\(owner)_category", as: JSONB?.self)?.json
            if let category, let name = content.category { rules["categories"] = [name: category] }
            return .object(rules)
        }
        var recipient = recipient
        recipient.preferences = try rules(of: "user").map(Preferences.init(stored:))
        self.init(PreferenceDefaults(stored: try rules(of: "tenant")), for: recipient)
    }
}
