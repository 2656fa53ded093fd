import Foundation
import LocalServers
import Notifications
import Redis
import TestSupport
import Testing

@testable import Queue

/// The Redis user that the README describes: may do all that Belfry does, and nothing else.
@Suite struct AccessTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func rule() throws -> [String] {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let line = try #require(readme.split(separator: "\n").first { $0.contains("ACL SETUSER belfry") })
        return line.split(separator: " ").map { String($0) }
    }

    /// A server with that user, and a client who is that user.
    private func withUser(_ body: (RedisConfiguration, RedisClient) async throws -> Void) async throws {
        let directory = "/tmp/belfry-access-\(UUID().uuidString)"
        let server = try await LocalRedis.start(directory: directory, durable: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let admin = RedisClient(configuration: try RedisConfiguration(url: server.url), logger: quiet)
        let words = try rule()
        _ = try await admin.execute(RedisCommand(words[0], arguments: words.dropFirst().map { RedisArgument($0) }))
        var configuration = try RedisConfiguration(url: server.url)
        configuration.username = "belfry"
        configuration.password = "password"
        configuration.commandTimeout = .seconds(20)
        let client = RedisClient(configuration: configuration, logger: quiet)
        let result: Result<Void, any Error>
        do { result = .success(try await body(configuration, client)) } catch { result = .failure(error) }
        await client.shutdown()
        await admin.shutdown()
        await server.stop()
        try result.get()
    }

    @Test func userOfTheREADMEMayDoAllThatTheQueueDoes() async throws {
        try await withUser { configuration, client in
            let queue = DeliveryQueue(redis: client)
            let lease: Duration = .seconds(30)
            func claim(_ limit: Int) async throws -> [ClaimedJob] {
                let limits = ["p": ProviderLimits(maxConcurrent: 3)]
                let answer = try await queue.claim(
                    on: .email, epoch: 7, limit: limit, lease: lease, providers: ["p"], limits: limits)
                guard case .jobs(let jobs, provider: _, next: _) = answer else { throw UnexpectedAnswer() }
                return jobs
            }
            try await queue.open(.email, epoch: 7)
            let answers = try await queue.enqueue(
                (1...5).map { number in
                    QueuedDelivery(
                        id: TestQueue.id(number), tenant: "a", priority: .medium, cost: 1,
                        delay: number == 5 ? .seconds(60) : .zero)
                }, on: .email)
            #expect(answers.count == 5)
            let doorbell = Doorbell(configuration: configuration, routes: [.email], logger: quiet)
            #expect(try await doorbell.wait(atMost: .seconds(5)) == .email)
            await doorbell.shutdown()
            _ = try await queue.takeBells(of: [.email])
            let jobs = try await claim(3)
            try #require(jobs.count == 3)

            var events = RedisSubscriber(configuration: configuration, logger: quiet)
                .messages(patterns: [StatusEvent.topicPrefix + "*"]).makeAsyncIterator()
            #expect(await events.next() == .subscribed)
            _ = try await client.execute(RedisCommand("PUBLISH", RedisArgument(StatusEvent.topic(tenant: "a")), "{}"))
            #expect(await events.next() == .message(channel: StatusEvent.topic(tenant: "a"), payload: Array("{}".utf8)))

            var stale = RedisSubscriber(configuration: configuration, logger: quiet)
                .messages(channels: [StaleEntry.topic]).makeAsyncIterator()
            #expect(await stale.next() == .subscribed)
            let entry = StaleEntry(.recipients, tenant: "a", key: "u42")
            try await queue.publish(stale: [entry])
            #expect(await stale.next() == .message(channel: StaleEntry.topic, payload: entry.json.utf8))

            let endings = [JobEnding(jobs[0], .settle), JobEnding(jobs[1], .retry(after: .seconds(9)))]
            let ended = try await queue.end(endings + [JobEnding(jobs[2], .release)])
            #expect(ended.count == 3)
            _ = try await queue.tend([.email], lease: lease, epochs: [.email: 7])
            #expect(try await queue.counts(of: .email).scheduled == 2)
            try await queue.clear(.email)
            for command in [RedisCommand("PING"), RedisCommand("INFO"), RedisCommand("TIME")] {
                _ = try await client.execute(command)
            }
        }
    }

    @Test(arguments: [
        RedisCommand("GET", "belfry:x"), RedisCommand("LPOP", "other"), RedisCommand("KEYS", "*"),
        RedisCommand("FLUSHALL"), RedisCommand("CONFIG", "SET", "maxmemory", "1"), RedisCommand("ACL", "LIST"),
        RedisCommand("PUBLISH", "other", "x"), RedisCommand("EVAL", "return 1", 1, "other"),
    ])
    func userOfTheREADMEMayDoNothingElse(_ command: RedisCommand) async throws {
        try await withUser { _, client in
            let error = await #expect(throws: RedisError.self) { try await client.execute(command) }
            #expect(error?.isAccessRefused == true)
        }
    }

    /// Every command of the scripts and of the Swift code, and none that neither uses.
    @Test func ruleNamesExactlyTheCommandsInUse() throws {
        let called = QueueScript.all.flatMap { script in
            script.script.source.matches(of: #/redis\.call\('([A-Z]+)'/#).map { $0.output.1.lowercased() }
        }
        let direct = [
            "ping", "info", "eval", "evalsha", "blpop", "lpop", "publish", "psubscribe", "subscribe",
        ]
        let allowed = try rule().filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) }
        #expect(Set(allowed) == Set(called + direct))
    }
}
