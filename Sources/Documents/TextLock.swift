import Postgres

/// Keeps what is being erased from being indexed: those who index share it, and whoever erases has it alone, until its
/// transaction ends. To be taken in a statement of its own, so that the next one sees what others wrote meanwhile.
///
/// Not a lock of the table, which would wait for whoever vacuums or analyses it.
enum TextLock {
    static let shared: PostgresQuery = """
        SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema() || '.notification_texts', 0))
        """
    static let exclusive: PostgresQuery = """
        SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || '.notification_texts', 0))
        """
}
