extension PostgresPool {
    /// Runs `body` while this pool's session has an advisory lock; nil, without running it, when somebody else has it.
    ///
    /// The lock is the session's and is given up afterwards, or with the connection. `body` uses other connections.
    public func withAdvisoryLock<Answer: Sendable>(
        _ key: Int64, _ body: @Sendable () async throws -> Answer
    ) async throws -> Answer? {
        try await withConnection { connection in
            // Neither may be cancelled half-way: the session would keep the lock when the next user gets it.
            let isHeld: Bool = try await connection.queryToItsEnd("SELECT pg_try_advisory_lock(\(key))")[0].get(0)
            guard isHeld else { return nil }
            let result: Result<Answer, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            try await connection.queryToItsEnd("SELECT pg_advisory_unlock(\(key))")
            return try result.get()
        }
    }
}
