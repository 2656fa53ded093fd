internal import CLibPQ

/// What a pipeline is made of.
enum PipelineStep {
    /// `BEGIN` or `COMMIT`.
    case command(String)
    case prepare(name: String, PostgresQuery)
    case execute(name: String, PostgresBindings)
}

extension Link {
    /// Sends all steps together and hands each reply to `receive`, with the number of its step. The server skips whatever
    /// comes after a step that fails. One deadline, and one cancellation, is for all of them.
    ///
    /// - Returns: the step that failed, and how; nil if all went well.
    func pipeline(
        _ steps: [PipelineStep], receive: (Int, borrowing Reply) -> Void
    ) throws(PostgresError) -> (step: Int, error: PostgresError)? {
        guard PQenterPipelineMode(connection) == 1 else { throw lost(libpqMessage) }
        for step in steps {
            guard send(step) == 1 else { throw lost(libpqMessage) }
        }
        guard PQpipelineSync(connection) == 1 else { throw lost(libpqMessage) }
        let deadline = replyTimeout.map { ContinuousClock.now + $0 }
        try flush(by: deadline)
        let failure = try replies(to: steps.count, by: deadline, receive)
        guard PQexitPipelineMode(connection) == 1 else { throw lost(libpqMessage) }
        return failure
    }

    private func send(_ step: PipelineStep) -> Int32 {
        switch step {
        case .command(let text): PQsendQueryParams(connection, text, 0, nil, nil, nil, nil, 1)
        case .prepare(let name, let query): sendPrepare(name, query)
        case .execute(let name, let bindings): sendExecute(name, bindings)
        }
    }

    /// Reads to the mark that ends the pipeline, whatever fails on the way.
    private func replies(
        to steps: Int, by deadline: ContinuousClock.Instant?, _ receive: (Int, borrowing Reply) -> Void
    ) throws(PostgresError) -> (step: Int, error: PostgresError)? {
        var wait = replyWait(by: deadline)
        var failure: (step: Int, error: PostgresError)?
        var step = 0
        while step <= steps {
            guard let result = try nextResult(&wait) else {
                step += 1
                continue
            }
            let reply = Reply(result)
            if reply.isEndOfPipeline { return failure }
            if let error = reply.error {
                try endIfFatal(error)
                let failed = PostgresError.server(error)
                failure = (step, wait.wasCancelled && failed.isStatementTimeout ? .cancelled : failed)
            } else if !reply.isSkipped {
                receive(step, reply)
            }
        }
        throw lost("no end of the pipeline")
    }
}
