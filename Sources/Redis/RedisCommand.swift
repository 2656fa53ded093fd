/// A command and its arguments, as in `RedisCommand("SET", "key", "value")`.
public struct RedisCommand: Sendable, Equatable {
    public let name: String
    public let arguments: [RedisArgument]

    public init(_ name: String, _ arguments: RedisArgument...) {
        self.init(name, arguments: arguments)
    }

    public init(_ name: String, arguments: [RedisArgument]) {
        self.name = name
        self.arguments = arguments
    }
}
