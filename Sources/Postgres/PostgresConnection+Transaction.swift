extension PostgresConnection {
    /// Commits if `body` returns, rolls back if it throws.
    ///
    /// - Throws: what `body` throws; ``PostgresError/rolledBack`` if `body` swallowed the error of a statement, for
    ///   then the server does not commit. A ``PostgresError/connection(_:)`` at the commit leaves it unknown whether it
    ///   took effect.
    public nonisolated(nonsending) func transaction<Answer>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Answer
    ) async throws -> Answer {
        try await begin()
        do {
            let answer = try await body(self)
            try await commit()
            return answer
        } catch {
            await rollback()
            throw error
        }
    }

    func begin() throws(PostgresError) {
        guard try !openLink().isInTransaction else { throw .invalidArgument("a transaction is already open") }
        _ = try commandToItsEnd("BEGIN")
    }

    func commit() throws(PostgresError) {
        guard try commandToItsEnd("COMMIT") == "COMMIT" else { throw .rolledBack }
    }

    /// Failing leaves the transaction open, and so the connection unfit for the pool, which then closes it.
    func rollback() {
        guard let link = try? openLink(), link.isInTransaction else { return }
        _ = try? commandToItsEnd("ROLLBACK")
    }

    /// A cancelled `COMMIT` might leave it open what became of it, a cancelled `ROLLBACK` the transaction.
    private func commandToItsEnd(_ script: String) throws(PostgresError) -> String {
        try openLink().shielded { () throws(PostgresError) in try command(script) }
    }
}
