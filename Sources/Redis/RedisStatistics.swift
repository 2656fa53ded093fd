/// What a client has done since it was made; none of it ever falls.
public struct RedisStatistics: Sendable, Equatable {
    /// Connections made after the first one.
    public let reconnects: Int
    /// Commands that left this process and whose fate is decided: answered, or lost. The handshakes are not counted.
    public let commandsSent: Int
}
