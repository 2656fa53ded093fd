import Postgres

extension TemplateStore {
    /// A tenant's templates in the order of their names: of each the active version, or the newest where none is.
    public func page(tenant: String, after: String?, limit: Int) async throws -> ListPage<TemplateSummary, String> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await pool.query(
                """
                SELECT \(unescaped: TemplateSummary.columns)
                FROM (
                    SELECT * FROM templates WHERE tenant = \(tenant) AND name > \(after ?? "")
                    ORDER BY name LIMIT \(count)
                ) t
                LEFT JOIN template_versions v ON v.tenant = t.tenant AND v.name = t.name
                    AND v.version = coalesce(t.active_version, t.last_version)
                ORDER BY t.name
                """
            ).map { row in
                let isThere = try row.get(1, as: Int32?.self) != nil
                return (try row.get(0, as: String.self), isThere ? try TemplateSummary(row) : nil)
            }
        }
    }

    /// The versions of a template, newest first.
    public func versions(
        of name: String, tenant: String, after: Int?, limit: Int
    ) async throws -> ListPage<TemplateSummary, Int> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await pool.query(
                """
                SELECT \(unescaped: TemplateSummary.columns)
                FROM template_versions v JOIN templates t USING (tenant, name)
                WHERE v.tenant = \(tenant) AND v.name = \(name) AND v.version < \(Int32(clamping: after ?? .max))
                ORDER BY v.version DESC LIMIT \(count)
                """
            ).map { row in
                let template = try TemplateSummary(row)
                return (template.version, template)
            }
        }
    }
}
