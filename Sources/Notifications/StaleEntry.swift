/// Something that may have been looked up and kept somewhere, and is no longer as it was.
///
/// Who changes it publishes this, after the commit; whoever keeps it forgets it. At most once, as all of pub/sub: how long
/// something is kept bounds what a lost one costs.
public struct StaleEntry: Sendable, Hashable {
    /// What is looked up for requests, and kept for a while.
    public enum Cache: String, Sendable, Hashable, CaseIterable {
        case recipients, templates, preferences, keys
    }

    public var cache: Cache
    /// Empty where ids are no tenant's own, as those of API keys.
    public var tenant: String
    /// The user's id, the template's name or one of its versions (``TemplateChoice/text``), the key's id.
    public var key: String

    public init(_ cache: Cache, tenant: String, key: String) {
        self.cache = cache
        self.tenant = tenant
        self.key = key
    }

    /// The pub/sub channel of all of them.
    public static let topic = "belfry:stale"

    public var json: JSON {
        ["cache": .string(cache.rawValue), "tenant": .string(tenant), "key": .string(key)]
    }

    /// Reads what `json` wrote; nil when it is something else, or of a cache that only a newer version has.
    public init?(json: JSON) {
        guard let cache = json["cache"]?.string.flatMap(Cache.init), let tenant = json["tenant"]?.string,
            let key = json["key"]?.string
        else { return nil }
        self.init(cache, tenant: tenant, key: key)
    }
}

extension StatusEvent {
    /// What is stale once this happened; nil for most events.
    public var staleEntry: StaleEntry? {
        guard outcome == "deviceRemoved", let userId else { return nil }
        return StaleEntry(.recipients, tenant: tenant, key: userId)
    }
}
