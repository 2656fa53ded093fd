public import Postgres

/// The database schema: every migration in order, embedded in the binary.
public enum Schema {
    public static let migrations: [Migration] = [
        Migration(
            version: 1, name: "create_documents",
            sql: String(decoding: PackageResources.v0001_create_documents_sql, as: UTF8.self))
    ]
}
