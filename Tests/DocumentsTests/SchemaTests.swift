import Documents
import Postgres
import Testing

@Suite struct SchemaTests {
    @Test func migrationsApplyOnceAndVerify() async throws {
        try await withEmptySchema { database in
            let migrator = try Migrator(Schema.migrations)
            #expect(try await migrator.migrate(database.configuration) == Schema.migrations)
            #expect(try await migrator.migrate(database.configuration) == [])
            try await migrator.verify(database.pool)
        }
    }

    @Test func anUnmigratedSchemaIsRefused() async throws {
        try await withEmptySchema { database in
            await #expect(throws: PostgresError.self) {
                try await Migrator(Schema.migrations).verify(database.pool)
            }
        }
    }

    @Test func theSchemaHasTheTablesThatAreDescribed() async throws {
        try await withDatabase { database in
            let names = try await database.pool.query(
                """
                SELECT c.relname FROM pg_class c
                WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
                    AND NOT c.relispartition AND c.relname <> 'schema_migrations' ORDER BY c.relname
                """
            ).map { try $0.get(0, as: String.self) }
            #expect(
                names == [
                    "api_keys", "broadcasts", "clerk_progress", "dead_letters", "deliveries", "delivery_events",
                    "devices", "erasures", "idempotency_keys", "inbox_unread", "notification_texts", "notifications",
                    "preference_defaults", "preferences", "provider_limits", "provider_messages", "recipient_times",
                    "recipients", "route_settings", "stats", "suppressions", "template_versions", "templates",
                    "topic_subscribers", "topics", "waiting_receipts", "webhook_endpoints",
                ])
        }
    }
}
