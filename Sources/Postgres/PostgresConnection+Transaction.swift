extension PostgresConnection {
    /// Commits if `body` returns, rolls back if it throws. `BEGIN` goes ahead of the first statement of `body` in the same
    /// round trip, and ``committing(_:)`` lets `COMMIT` go with the last ones.
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
        let link = try openLink()
        guard !isBeginDue, !link.isInTransaction else { throw .invalidArgument("a transaction is already open") }
        isBeginDue = true
    }

    func commit() throws(PostgresError) {
        let hadNoStatement = isBeginDue
        isBeginDue = false
        let link = try openLink()
        // Or it is committed already, with its last statements.
        guard !hadNoStatement, link.isInTransaction else { return }
        guard try commandToItsEnd("COMMIT") == "COMMIT" else { throw .rolledBack }
    }

    /// Failing leaves the transaction open, and so the connection unfit for the pool, which then closes it.
    func rollback() {
        isBeginDue = false
        guard let link = try? openLink(), link.isInTransaction else { return }
        _ = try? commandToItsEnd("ROLLBACK")
    }

    /// A cancelled `COMMIT` might leave it open what became of it, a cancelled `ROLLBACK` the transaction.
    private func commandToItsEnd(_ script: String) throws(PostgresError) -> String {
        try openLink().shielded { () throws(PostgresError) in try command(script) }
    }
}
