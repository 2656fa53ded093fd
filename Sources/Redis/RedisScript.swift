import Crypto

/// A Lua script, known to the server by the SHA-1 of its source.
public struct RedisScript: Sendable, Equatable {
    /// For people; Redis never sees it.
    public let name: String
    public let source: String
    /// Lower-case hex, computed once.
    public let sha1: String

    public init(name: String, source: String) {
        self.name = name
        self.source = source
        sha1 = Insecure.SHA1.hash(data: Array(source.utf8))
            .map { byte in byte < 0x10 ? "0" + String(byte, radix: 16) : String(byte, radix: 16) }
            .joined()
    }

    /// A call of this script, so that a script reads like a function: `claim(keys: […], arguments: […])`.
    public func callAsFunction(keys: [String] = [], arguments: [RedisArgument] = []) -> RedisScriptCall {
        RedisScriptCall(script: self, keys: keys, arguments: arguments)
    }
}

/// A script with its `KEYS` and `ARGV`.
public struct RedisScriptCall: Sendable, Equatable {
    public let script: RedisScript
    public let keys: [String]
    public let arguments: [RedisArgument]

    public init(script: RedisScript, keys: [String], arguments: [RedisArgument]) {
        self.script = script
        self.keys = keys
        self.arguments = arguments
    }

    /// `EVALSHA`: short, but answered `NOSCRIPT` by a server that does not have the script.
    var byDigest: RedisCommand { command("EVALSHA", RedisArgument(script.sha1)) }

    /// `EVAL`: carries the source, and leaves the script loaded.
    var bySource: RedisCommand { command("EVAL", RedisArgument(script.source)) }

    private func command(_ name: String, _ script: RedisArgument) -> RedisCommand {
        RedisCommand(name, arguments: [script, RedisArgument(keys.count)] + keys.map { RedisArgument($0) } + arguments)
    }
}
