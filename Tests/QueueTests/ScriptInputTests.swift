import Notifications
import Redis
import Testing

@testable import Queue

/// Every script on keys as they should not be: a new script is in this table by being in `QueueScript.all`.
@Suite struct ScriptInputTests {
    /// Of every kind that a route has.
    static let keys = [
        "bucket:p", "circuit:p", "flow", "jobs", "leased", "meta", "ready:2:a", "ring:2", "scheduled", "slots:p",
        "wake",
    ]
    private static let limits = ProviderLimits(ratePerSecond: 10, burst: 20, maxConcurrent: 5)

    /// Whether the text calls for the key, as scripts do: by its first word.
    private static func uses(_ script: QueueScript, _ key: String) -> Bool {
        let word = key.split(separator: ":")[0]
        return script.script.source.contains("':\(word)'") || script.script.source.contains("':\(word):'")
    }

    /// A job in each place.
    private func withJobs(_ body: (TestQueue, ClaimedJob) async throws -> Void) async throws {
        try await withQueue { test in
            try await test.fill(Self.limits)
            try await test.enqueue([1])
            let job = try #require(try await test.granted(Self.limits).first)
            try await test.report(job, well: 1)
            try await test.enqueue([2])
            try await test.enqueue([3], delay: .seconds(60))
            try await body(test, job)
        }
    }

    /// The call of a script with the job and whatever else it asks for.
    private func call(_ script: QueueScript, _ test: TestQueue, _ job: ClaimedJob) async throws -> RedisValue {
        let known: [String: RedisArgument] = [
            "now": RedisArgument(test.clock.now), "epoch": RedisArgument(TestQueue.epoch), "limit": 5, "fanOut": 3,
            "count": 2,
            "lease": 30_000, "longestLease": 30_000, "longestDelay": 7_200_000, "provider": "p", "interval": 100_000,
            "burst": 20, "cap": 5, "spent": 0, "id": RedisArgument(job.id.text), "token": RedisArgument(job.token),
            "priority": 2, "cost": 1, "delay": 0, "tenant": "a", "wait": 100, "left": 100, "paused": 0, "revision": 1,
            "percent": 50, "volume": 10, "coolDown": 5000, "longest": 60_000, "well": 1, "failed": 1, "took": 1000,
            "opens": "rate", "memory": 60_000, "circuit": "p", "endpoint": "p",
        ]
        let arguments = try (script.arguments + script.repeated).map { name in
            try #require(known[name], "say what \(name) is")
        }
        return try await test.redis.pipeline([
            .script(script.script(keys: ["\(test.namespace):{email}"], arguments: arguments))
        ])[0]
    }

    @Test func jobsOfTheseTestsAreUnderEveryKindOfKey() async throws {
        try await withJobs { test, _ in
            let names = try await test.redis("KEYS", test.key("*")).array ?? []
            let prefix = "\(test.namespace):{email}:".count
            #expect(names.compactMap { $0.string.map { String($0.dropFirst(prefix)) } }.sorted() == Self.keys)
        }
    }

    @Test(arguments: QueueScript.all) func scriptBearsThatKeysAreMissing(script: QueueScript) async throws {
        for missing in Self.keys.map({ [$0] }) + [Self.keys] {
            try await withJobs { test, job in
                for key in missing { try await test.redis("DEL", test.key(key)) }
                for _ in 0..<2 {
                    let reply = try await call(script, test, job)
                    #expect(reply.errorMessage == nil, "without \(missing)")
                }
            }
        }
    }

    @Test(arguments: QueueScript.all) func scriptSaysThatAKeyIsOfAWrongType(script: QueueScript) async throws {
        for key in Self.keys {
            try await withJobs { test, job in
                try await test.redis("SET", test.key(key), "not what it should be")
                let message = try await call(script, test, job).errorMessage
                #expect(message == nil || message?.hasPrefix("WRONGTYPE ") == true, "\(key): \(message ?? "")")
                #expect(message == nil || Self.uses(script, key), "\(key): \(message ?? "")")
                // Whoever put it there takes it away, and a rebuild makes everything good.
                try await test.redis("DEL", test.key(key))
                try await test.queue.clear(.email)
                try await test.queue.open(
                    .email, epoch: TestQueue.epoch, pause: RoutePause(isPaused: false, revision: 9))
                try await test.enqueue([1, 2])
                #expect(try await test.claimed().map(\.number).sorted() == [1, 2], "\(key)")
            }
        }
    }

    @Test func scriptThatTheServerForgotIsSentAgain() async throws {
        try await withOwnRedis { test in
            try await test.enqueue([1])
            let job = try #require(try await test.claimed().first)
            for script in QueueScript.all {
                try await test.redis("SCRIPT", "FLUSH")
                let reply = try await call(script, test, job)
                #expect(reply.errorMessage == nil, "\(script.script.name)")
                let known = try await test.redis("SCRIPT", "EXISTS", RedisArgument(script.script.sha1))
                #expect(known.array?.first?.int == 1, "\(script.script.name)")
            }
        }
    }
}

extension RedisValue {
    fileprivate var errorMessage: String? { if case .error(let message) = self { message } else { nil } }
}

extension QueueScript: CustomTestStringConvertible {
    var testDescription: String { script.name }
}
