/// What the health routes ask the process.
public struct HealthChecks: Sendable {
    /// Whether the process should be given requests: not while it starts or drains, nor on a schema that is not its own.
    /// A server that all instances share is not asked about: taking every instance away would not bring it back.
    public var isReady: @Sendable () async -> Bool
    public var report: @Sendable () async -> HealthReport

    public init(
        isReady: @escaping @Sendable () async -> Bool, report: @escaping @Sendable () async -> HealthReport
    ) {
        self.isReady = isReady
        self.report = report
    }
}

/// How the process and the servers it depends on are.
public struct HealthReport: Sendable, Hashable {
    public var postgres: Bool
    public var redis: Bool
    /// Whether the schema is one this binary can work with.
    public var schema: Bool
    public var version: String

    public init(postgres: Bool, redis: Bool, schema: Bool, version: String) {
        self.postgres = postgres
        self.redis = redis
        self.schema = schema
        self.version = version
    }

    public var isWell: Bool { postgres && redis && schema }
}
