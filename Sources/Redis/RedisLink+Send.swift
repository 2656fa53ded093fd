import NIOCore

extension RedisLink {
    /// Sends the commands on the present connection and returns their replies, error replies in place.
    ///
    /// A connection that broke before it took the commands is replaced, within `connectBy`; after that nothing is sent
    /// twice. `answerBy` is evaluated when there is a connection.
    func send(
        _ commands: some Collection<RedisCommand> & Sendable, connectBy: NIODeadline,
        answerBy: @autoclosure () -> NIODeadline
    ) async throws(RedisError) -> [RedisValue] {
        while true {
            let connection = try await connection(until: connectBy)
            let result = await connection.send(commands, deadline: answerBy())
            if result.wasSent { noteSent(commands.count) }
            guard case .failure(.connectionLost(sent: false)) = result, NIODeadline.now() < connectBy else {
                return try result.get()
            }
            // Said here too, because the news of the closed socket may not have come round yet.
            lost(connection)
        }
    }
}

extension Result where Failure == RedisError {
    fileprivate var wasSent: Bool {
        if case .failure(let error) = self { !error.wasNeverSent } else { true }
    }
}

extension NIODeadline {
    /// So far from now, or never when that is beyond the clock.
    init(after duration: Duration) {
        let now = NIODeadline.now()
        let amount = TimeAmount(duration)
        self = amount < .distantFuture - now ? now + amount : .distantFuture
    }
}
