/// One argument of a command, sent as it is: binary safe, never quoted or parsed.
///
/// Literals and interpolations convert by themselves: `RedisCommand("GET", "user:\(id)")`.
public struct RedisArgument: Sendable, Equatable {
    enum Storage: Sendable, Equatable {
        case text(String)
        case bytes([UInt8])
    }

    let storage: Storage

    public init(_ text: String) {
        storage = .text(text)
    }

    /// The number in decimal.
    public init(_ number: some BinaryInteger) {
        storage = .text(String(number))
    }

    public init(_ bytes: [UInt8]) {
        storage = .bytes(bytes)
    }
}

extension RedisArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    public init(stringLiteral text: String) {
        self.init(text)
    }

    public init(integerLiteral number: Int64) {
        self.init(number)
    }
}
