/// What a pipeline is made of.
public enum RedisRequest: Sendable, Equatable {
    case command(RedisCommand)
    case script(RedisScriptCall)

    /// What is sent at first; a script goes by its digest.
    var command: RedisCommand {
        switch self {
        case .command(let command): command
        case .script(let call): call.byDigest
        }
    }

    /// The call to run again, when `reply` says that the server does not know its script.
    func unknownScript(in reply: RedisValue) -> RedisScriptCall? {
        guard case .script(let call) = self, case .error(let text) = reply, text.hasPrefix("NOSCRIPT") else {
            return nil
        }
        return call
    }
}
