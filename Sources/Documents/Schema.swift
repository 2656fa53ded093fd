public import Postgres

/// The database schema: every migration in order, embedded in the binary.
public enum Schema {
    public static let migrations: [Migration] = [
        Migration(
            version: 1, name: "create_documents",
            sql: String(decoding: PackageResources.v0001_create_documents_sql, as: UTF8.self)),
        Migration(
            version: 2, name: "add_pause_revision",
            sql: String(decoding: PackageResources.v0002_add_pause_revision_sql, as: UTF8.self)),
        Migration(
            version: 3, name: "index_dead_letters",
            sql: String(decoding: PackageResources.v0003_index_dead_letters_sql, as: UTF8.self)),
        Migration(
            version: 4, name: "add_key_rate",
            sql: String(decoding: PackageResources.v0004_add_key_rate_sql, as: UTF8.self)),
        Migration(
            version: 5, name: "add_cancellation_key",
            sql: String(decoding: PackageResources.v0005_add_cancellation_key_sql, as: UTF8.self)),
        Migration(
            version: 6, name: "create_provider_limits",
            sql: String(decoding: PackageResources.v0006_create_provider_limits_sql, as: UTF8.self)),
        Migration(
            version: 7, name: "create_provider_messages",
            sql: String(decoding: PackageResources.v0007_create_provider_messages_sql, as: UTF8.self)),
        Migration(
            version: 8, name: "index_device_addresses",
            sql: String(decoding: PackageResources.v0008_index_device_addresses_sql, as: UTF8.self)),
        Migration(
            version: 9, name: "create_suppressions",
            sql: String(decoding: PackageResources.v0009_create_suppressions_sql, as: UTF8.self)),
        Migration(
            version: 10, name: "index_notification_types",
            sql: String(decoding: PackageResources.v0010_index_notification_types_sql, as: UTF8.self)),
        Migration(
            version: 11, name: "create_erasures",
            sql: String(decoding: PackageResources.v0011_create_erasures_sql, as: UTF8.self)),
        Migration(
            version: 12, name: "create_topics",
            sql: String(decoding: PackageResources.v0012_create_topics_sql, as: UTF8.self)),
        Migration(
            version: 13, name: "create_notification_texts",
            sql: String(decoding: PackageResources.v0013_create_notification_texts_sql, as: UTF8.self)),
        Migration(
            version: 14, name: "create_stats",
            sql: String(decoding: PackageResources.v0014_create_stats_sql, as: UTF8.self)),
        Migration(
            version: 15, name: "add_collapse_key",
            sql: String(decoding: PackageResources.v0015_add_collapse_key_sql, as: UTF8.self)),
        Migration(
            version: 16, name: "extend_api_keys",
            sql: String(decoding: PackageResources.v0016_extend_api_keys_sql, as: UTF8.self)),
        Migration(
            version: 17, name: "create_webhook_endpoints",
            sql: String(decoding: PackageResources.v0017_create_webhook_endpoints_sql, as: UTF8.self)),
        Migration(
            version: 18, name: "create_templates",
            sql: String(decoding: PackageResources.v0018_create_templates_sql, as: UTF8.self)),
        Migration(
            version: 19, name: "create_preferences",
            sql: String(decoding: PackageResources.v0019_create_preferences_sql, as: UTF8.self)),
        Migration(
            version: 20, name: "create_recipient_times",
            sql: String(decoding: PackageResources.v0020_create_recipient_times_sql, as: UTF8.self)),
    ]
}
