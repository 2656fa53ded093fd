/// A lock that one session in the whole database has at a time, held on a connection of its own.
///
/// It is given up when the holder releases it, ends, or loses its connection; so whoever holds one asks ``isHeld()``
/// before each piece of work, and makes that work safe to be done twice all the same.
public actor PostgresLock {
    private let connection: PostgresConnection

    private init(_ connection: PostgresConnection) {
        self.connection = connection
    }

    /// - Parameter key: agreed between all who compete; advisory locks of one database share one space of keys.
    /// - Returns: nil if somebody else has it. Does not wait.
    public static func tryAcquire(
        key: Int64, configuration: PostgresConfiguration
    ) async throws(PostgresError) -> PostgresLock? {
        let connection = try await PostgresConnection.connect(configuration)
        let result = try await connection.query("SELECT pg_try_advisory_lock(\(key))")
        guard try result[0].get(0, as: Bool.self) else {
            await connection.close()
            return nil
        }
        return PostgresLock(connection)
    }

    /// Whether it still is ours, which takes a round trip. Once false it stays false.
    public func isHeld() async -> Bool {
        do {
            try await connection.query("SELECT 1")
            return true
        } catch {
            await connection.close()
            return false
        }
    }

    /// Gives it up; doing so again does nothing.
    public func release() async {
        await connection.close()
    }
}
