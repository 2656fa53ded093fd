extension PostgresConnection {
    /// Runs statements that do not wait for each other's answers in one round trip, all or nothing: outside of a
    /// transaction they are one of their own. One deadline is for all of them.
    ///
    /// - Returns: a result for each, in order.
    /// - Throws: as ``query(_:)``, the error of the first statement that fails. The ones after it are not run.
    @discardableResult
    public func pipelined(_ queries: [PostgresQuery]) throws(PostgresError) -> [PostgresResult] {
        guard !queries.isEmpty else { return [] }
        let pipeline = try run(queries, thenCommit: false)
        guard let error = pipeline.error else { return pipeline.results }
        // As for one statement: what had no effect, because the schema changed, can simply be run again.
        guard try forgetIfStale(queries, error), try !openLink().isInTransaction else { throw error }
        let again = try run(queries, thenCommit: false)
        if let error = again.error { throw error }
        return again.results
    }

    /// The last statements of a transaction and its `COMMIT`, in one round trip; run to their end even if the task is
    /// cancelled. Nothing may follow in the transaction's body.
    ///
    /// - Throws: as ``pipelined(_:)``, and as the commit of ``transaction(_:)``.
    @discardableResult
    public func committing(_ queries: [PostgresQuery]) throws(PostgresError) -> [PostgresResult] {
        let link = try openLink()
        guard isBeginDue || link.isInTransaction else { throw .invalidArgument("there is no transaction to commit") }
        let pipeline = try link.shielded { () throws(PostgresError) in try run(queries, thenCommit: true) }
        if let error = pipeline.error {
            _ = try forgetIfStale(queries, error)
            throw error
        }
        guard pipeline.lastTag == "COMMIT" else { throw .rolledBack }
        return pipeline.results
    }

    private struct Pipeline {
        var results: [PostgresResult] = []
        /// Of the last step.
        var lastTag = ""
        /// Of the first statement that failed.
        var error: PostgresError?
    }

    /// All of them, as what made one stale is likely to have made others so. False if it was not that.
    private func forgetIfStale(_ queries: [PostgresQuery], _ error: PostgresError) throws(PostgresError) -> Bool {
        guard error.isStaleStatement else { return false }
        let link = try openLink()
        return queries.map { forget($0, on: link) }.contains(true)
    }

    private func run(_ queries: [PostgresQuery], thenCommit: Bool) throws(PostgresError) -> Pipeline {
        for query in queries { try query.validate() }
        let link = try openLink()
        defer { publishStatus() }
        let plan = plan(queries, thenCommit: thenCommit)
        isBeginDue = false
        var pipeline = Pipeline()
        let failure = try link.pipeline(plan.map(\.step)) { index, reply in
            pipeline.lastTag = reply.tag
            guard case .execute = plan[index].step, let query = plan[index].query else { return }
            let columns = statements.find(queries[query])?.columns ?? reply.columns()
            statements.learn(columns, of: queries[query])
            pipeline.results.append(PostgresResult(cells: reply.cells(columns), affected: reply.affected))
        }
        if let failure {
            // What the server did not come to prepare is not prepared.
            for case (.prepare, let query?) in plan[failure.step...] { _ = statements.remove(queries[query]) }
            pipeline.error = failure.error
        } else {
            try deallocateSurplus(on: link)
        }
        return pipeline
    }

    /// The steps, each with the query it belongs to.
    private func plan(_ queries: [PostgresQuery], thenCommit: Bool) -> [(step: PipelineStep, query: Int?)] {
        var plan: [(step: PipelineStep, query: Int?)] = isBeginDue ? [(.command("BEGIN"), nil)] : []
        for (index, query) in queries.enumerated() {
            if let statement = statements.find(query) {
                plan.append((.execute(name: statement.name, query.bindings), index))
            } else {
                let statement = statements.insert(query, name: statements.nextName())
                plan.append((.prepare(name: statement.name, query), index))
                plan.append((.execute(name: statement.name, query.bindings), index))
            }
        }
        return thenCommit ? plan + [(.command("COMMIT"), nil)] : plan
    }
}
