import Foundation
import LocalServers
import Notifications
import Postgres
import TestSupport
import Testing

/// A request may be repeated until somebody answers, whatever happened to the one before.
@Suite(.timeLimit(.minutes(2))) struct IdempotencyTests {
    private static let body: JSON = ["to": ["userId": "u1"], "channels": ["inApp"], "title": "Once"]

    @Test func aHundredParallelPostsOverTwoProcessesMakeOneNotification() async throws {
        let belfry = try await Installation.start()
        let key = try await belfry.makeKey()
        let clients = [
            Client(url: try await belfry.startAPI().url, key: key),
            Client(url: try await belfry.startAPI().url, key: key),
        ]
        let answers = try await withThrowingTaskGroup(of: Client.Answer.self) { group in
            for index in 0..<100 {
                group.addTask {
                    try await clients[index % 2].send(
                        "POST", "/v1/notifications", Self.body, headers: ["idempotency-key": "order-8812"])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers.map(\.status)).isSubset(of: [202, 409]), "\(answers.map(\.status))")
        let accepted = answers.filter { $0.status == 202 }
        #expect(Set(accepted.map(\.body)).count == 1)
        #expect(accepted.filter { $0.headers["idempotent-replayed"] == nil }.count == 1)
        #expect(try await belfry.pool.query("SELECT count(*) FROM notifications")[0].get(0, as: Int64.self) == 1)

        var other = try #require(Self.body.object)
        other["title"] = "Twice"
        let refused = try await clients[0].send(
            "POST", "/v1/notifications", .object(other), headers: ["idempotency-key": "order-8812"])
        #expect(refused.status == 422)
        #expect(refused.body["code"] == "idempotencyKeyReused")
        await belfry.stop()
    }

    /// The API is killed between the commit and its answer: a trigger holds the commit open until it is dead.
    @Test func aRepeatAfterAKillBetweenCommitAndAnswerGetsTheSameNotification() async throws {
        let belfry = try await Installation.start()
        let key = try await belfry.makeKey()
        let api = try await belfry.startAPI()
        let header = ["idempotency-key": "order-8813"]
        try await belfry.pool.query(
            """
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_advisory_xact_lock_shared(77); RETURN NULL; END'
            """)
        try await belfry.pool.query(
            """
            CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON inbox_unread DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION hold()
            """)
        let client = Client(url: api.url, key: key)
        try await belfry.pool.withConnection { holder in
            try await holder.query("SELECT pg_advisory_lock(77)")
            let lost = Task { try await client.send("POST", "/v1/notifications", Self.body, headers: header) }
            try await eventually("the commit is held") {
                try await belfry.pool.query("SELECT count(*) FROM pg_locks WHERE objid = 77 AND NOT granted")[0]
                    .get(0, as: Int64.self) == 1
            }
            api.child.kill()
            await #expect(throws: (any Error).self) { _ = try await lost.value }
            try await holder.query("SELECT pg_advisory_unlock(77)")
        }
        try await eventually("the commit went through without the caller") {
            try await belfry.pool.query("SELECT count(*) FROM notifications")[0].get(0, as: Int64.self) == 1
        }
        let stored = try await belfry.pool.query("SELECT id::text FROM notifications")[0].get(0, as: String.self)
        let again = Client(url: try await belfry.startAPI().url, key: key)
        let repeated = try await again.send("POST", "/v1/notifications", Self.body, headers: header)
        #expect(repeated.status == 202)
        #expect(repeated.body["id"]?.string == stored)
        #expect(repeated.headers["idempotent-replayed"] == "true")
        #expect(try await belfry.pool.query("SELECT count(*) FROM notifications")[0].get(0, as: Int64.self) == 1)
        await belfry.stop()
    }
}
