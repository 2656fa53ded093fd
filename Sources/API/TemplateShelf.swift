import Documents
import Notifications
import Templates

/// Finds the template that is asked for, with all that it is made of, parsed: once for a request, however many recipients
/// it has. What was found is kept for the next one.
struct TemplateShelf: Sendable {
    /// A version, parsed.
    private struct Shelved: Sendable {
        let version: Int
        let template: Template
        /// Bytes of its source.
        let weight: Int

        /// What was taken once is read again by the same rules, so nothing can be wrong with it.
        init(_ stored: StoredTemplate) {
            version = stored.version
            template = Template(Fields(stored.source.object ?? JSONObject()))
            weight = stored.source.utf8.count
        }
    }

    private struct Key: Hashable {
        let tenant: String
        /// With its version, as ``TemplateChoice/text`` says it, unless it is the active one.
        let name: String
    }

    private let store: TemplateStore
    private let known: LookupCache<Key, Shelved>

    /// How old what is kept may be where nobody tells that another version is active, or that it was removed.
    static let lifetime: Duration = .seconds(5)
    /// Bytes of source, which take a few times as much in memory.
    private static let cachedBytes = 8 << 20

    init(store: TemplateStore, metrics: LookupMetrics, lifetime: Duration = TemplateShelf.lifetime) {
        self.store = store
        known = LookupCache(
            .templates, lifetime: lifetime, capacity: TemplateShelf.cachedBytes, weigh: { $0.weight },
            metrics: metrics
        ) { Key(tenant: $0.tenant, name: $0.key) }
    }

    /// To be told which templates are not as they were.
    var cache: any StaleListener { known }

    /// Nil where there is no such template, or none of its versions is active.
    func set(_ choice: TemplateChoice, tenant: String) async throws -> TemplateSet? {
        guard let root = try await shelved(choice, tenant: tenant) else { return nil }
        var others: [String: Template] = [:]
        var wanted = root.template.references
        // Once for each that is deeper within another; what is still wanted then is too deep anyway.
        for _ in 0...RenderBudget.depth where !wanted.isEmpty {
            if others.count + wanted.count > TemplateSet.maximumCount { throw TemplateShelf.tooMany }
            var next: Set<String> = []
            for (key, shelved) in try await active(wanted, tenant: tenant) {
                others[key.name] = shelved.template
                next.formUnion(shelved.template.references)
            }
            wanted = next.subtracting(others.keys)
        }
        return TemplateSet(name: choice.name, version: root.version, root: root.template, others: others)
    }

    private func shelved(_ choice: TemplateChoice, tenant: String) async throws -> Shelved? {
        guard let version = choice.version else {
            return try await active([choice.name], tenant: tenant).values.first
        }
        return try await known.value(of: Key(tenant: tenant, name: choice.text)) {
            try await store.template(choice.name, version: version, tenant: tenant).map(Shelved.init)
        }
    }

    /// The active versions of those that have one.
    private func active(_ names: Set<String>, tenant: String) async throws -> [Key: Shelved] {
        try await known.values(of: names.map { Key(tenant: tenant, name: $0) }) { missing in
            let stored = try await store.active(missing.map(\.name), tenant: tenant)
            return Dictionary(uniqueKeysWithValues: stored.map { (Key(tenant: tenant, name: $0.name), Shelved($0)) })
        }
    }

    private static let tooMany = Problem.invalid(
        "template", .tooMany, "is made of more than \(TemplateSet.maximumCount) others")
}
