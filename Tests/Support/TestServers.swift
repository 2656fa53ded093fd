import Foundation
public import LocalServers

/// The servers that the tests of one process share: one Redis and one Postgres, each started when first asked for,
/// ended and removed when the process exits.
///
/// Each test keeps to its own key prefix and its own schema. A test that stops or harms a server starts one of its own.
public actor TestServers {
    public static let shared = TestServers()

    private var folder: TestFolder?
    private var redisStart: Task<LocalRedis, any Error>?
    private var postgresStart: Task<LocalPostgres, any Error>?

    /// Without an append-only file.
    public func redis() async throws -> LocalRedis {
        if let redisStart { return try await redisStart.value }
        let directory = try processFolder().redis
        // A task, so that tests which ask meanwhile wait for the same server, and one test's end does not cancel it.
        let start = Task { try await LocalRedis.start(directory: directory, durable: false) as LocalRedis }
        redisStart = start
        return try await start.value
    }

    /// Without `fsync`.
    public func postgres() async throws -> LocalPostgres {
        if let postgresStart { return try await postgresStart.value }
        let directory = try processFolder().postgres
        let start = Task { try await LocalPostgres.start(directory: directory, durable: false) as LocalPostgres }
        postgresStart = start
        return try await start.value
    }

    private func processFolder() throws -> TestFolder {
        if let folder { return folder }
        let made = TestFolder.ofThisProcess
        TestFolder.reapDead(in: made.parent)
        try made.make()
        atexit { TestFolder.ofThisProcess.remove() }
        folder = made
        return made
    }
}
