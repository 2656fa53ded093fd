import Documents
import Foundation
import Notifications
import Postgres
import Testing

@Suite struct PermitStoreTests {
    @Test func aPermitCarriesTheDocumentAndTheUserAsKnownNow() async throws {
        try await withDatabase { database in
            let users = RecipientStore(pool: database.pool)
            var user = Recipient(userId: "ada")
            user.email = "old@example.org"
            user.phone = "+46701234567"
            user.devices = [Sample.device("phone"), Sample.device("laptop", .apns)]
            _ = try await users.put(user, userId: "ada", tenant: "acme", replacesDevices: true)
            let sample = try await database.accept(
                Sample.notification(
                    ["data": ["order": 8812], "priority": "high"],
                    to: ["userId": "ada", "phone": "+46709999999"], user: user))
            user.email = "new@example.org"
            user.devices = [Sample.device("laptop", .apns), Sample.device("tablet")]
            _ = try await users.put(user, userId: "ada", tenant: "acme", replacesDevices: true)

            let permit = try await database.permits().grant(sample.id, on: .fcm)

            user.phone = "+46709999999"
            #expect(permit.recipient == user)
            #expect(permit.notificationId == sample.id)
            #expect(permit.route == .fcm)
            #expect(permit.tenant == "acme")
            #expect(permit.userId == "ada")
            #expect(permit.createdAt == sample.createdAt)
            #expect(permit.fence != nil)
            #expect((permit.attempt, permit.crashes, permit.round) == (1, 0, 1))
            #expect(permit.content == sample.content)
            #expect(permit.channel == sample.channels[.push])
            #expect(permit.openTargets.map(\.id) == ["tablet"])
        }
    }

    @Test func literalAddressesNeedNoUser() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(to: Sample.manyAddresses))
            let permit = try await database.permits().grant(sample.id, on: .fcm)
            #expect(permit.userId == nil)
            #expect(permit.recipient == sample.content.to)
            #expect(permit.openTargets.map(\.id) == ["tablet", "watch"])
        }
    }

    @Test func aGrantIsOnRecordForItsRouteOnly() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification(to: Sample.manyAddresses))
            _ = try await database.permits().grant(sample.id, on: .sms)
            #expect(
                try await database.delivery(sample.id, on: .sms)
                    == DeliveryRow(attempts: 1, provider: "simulator", isHeld: true))
            for route in Sample.manyRoutes where route != .sms {
                #expect(try await database.delivery(sample.id, on: route) == DeliveryRow())
            }
        }
    }

    @Test func aLaterPermitHasTheHigherFence() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let others = (0..<3).map { _ in database.anotherPool { $0.poolSize = 1 } }
            var fences: [Int64] = []
            for pool in others + others.reversed() {
                let store = PermitStore(pool: pool, timing: DeliveryTiming(), maximumAttempts: 5)
                let permit = try await store.grant(sample.id)
                fences.append(try #require(permit.fence))
                try await store.giveBack([permit])
            }
            #expect(fences == fences.sorted())
            #expect(Set(fences).count == 6)
            for pool in others { await pool.close() }
        }
    }

    @Test func aSecondTakerWaitsUntilThePermitIsDead() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = database.permits(lasting: .seconds(1000), grace: .seconds(500))
            _ = try await store.grant(sample.id)
            let before = try await database.delivery(sample.id)
            let wait = try #require(try await store.answer(sample.id).wait)
            #expect((.seconds(1400)...(.seconds(1500))).contains(wait))
            #expect(try await database.delivery(sample.id) == before)
        }
    }

    @Test func whatIsNotDueWaitsUntilItIs() async throws {
        try await withDatabase { database in
            let later = Timestamp.text(Date().addingTimeInterval(3600))
            let sample = try await database.accept(Sample.notification(["sendAt": .string(later)]))
            let wait = try #require(try await database.permits().answer(sample.id).wait)
            #expect((.seconds(3500)...(.seconds(3600))).contains(wait))
            #expect(try await database.delivery(sample.id) == DeliveryRow())
        }
    }

    @Test(arguments: [
        ("cancelled = true", "over: cancelled, no failure"),
        ("expires_at = now() - interval '1 second'", "over: expired, expired"),
        ("cancelled = true, expires_at = now()", "over: cancelled, no failure"),
        ("attempts = 5", "over: failed, permitLost"),
        ("crashes = 3", "over: failed, poison"),
        ("crashes = 1, at_most_once = true", "over: unknown, permitLost"),
        ("not_before = now() + interval '1 hour', expires_at = now()", "over: expired, expired"),
    ])
    func whatIsOverIsToldAndNothingIsCounted(_ change: String, _ expected: String) async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await database.alterDelivery(sample.id, set: change)
            let before = try await database.delivery(sample.id)
            let answer = try await database.permits().answer(sample.id)
            #expect(answer.summary == expected)
            guard case .over(let permit, _, _) = answer else { return }
            #expect(permit.fence == nil)
            #expect(permit.content == sample.content)
            #expect(permit.attempt == before?.attempts)
            #expect(try await database.delivery(sample.id) == before)
        }
    }

    @Test func whatIsNotThereIsGone() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            #expect(try await database.permits().answer(.version7(at: Date())).summary == "gone")
            #expect(try await database.permits().answer(sample.id, on: .sms).summary == "gone")
        }
    }

    @Test func aPermitGivenBackWasNeverTaken() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            let store = database.permits()
            let first = try await store.grant(sample.id)
            try await store.giveBack([first])
            #expect(try await database.delivery(sample.id) == DeliveryRow(provider: "simulator"))
            let second = try await store.grant(sample.id)
            #expect(second.attempt == 1)
            try await store.giveBack([first])
            #expect(
                try await database.delivery(sample.id)
                    == DeliveryRow(attempts: 1, provider: "simulator", isHeld: true))
        }
    }

    @Test func oneCallAnswersEveryIdByItself() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(4)
            try await database.accept(samples)
            let store = database.permits()
            _ = try await store.grant(samples[1].id)
            try await database.alterDelivery(samples[2].id, set: "cancelled = true")
            let missing = UUID.version7(at: Date())
            let (answers, events) = try await store.take(
                samples.map(\.id) + [missing], route: .email, provider: "simulator", suspects: 0)
            #expect(
                (samples.map(\.id) + [missing]).map { answers[$0]?.summary }
                    == ["granted", "refused", "over: cancelled, no failure", "granted", "gone"])
            #expect(answers.count == 5)
            #expect(events.isEmpty)
        }
    }

    @Test func whatSomebodyElseHasLockedIsRefusedForAShortWhile() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(Sample.notification())
            try await database.pool.transaction { connection in
                try await connection.query(
                    "SELECT FROM deliveries WHERE notification_id = \(sample.id) FOR UPDATE")
                let wait = try #require(try await database.permits().answer(sample.id).wait)
                #expect((.milliseconds(1)...(.seconds(1))).contains(wait))
            }
            #expect(try await database.permits().answer(sample.id).summary == "granted")
        }
    }

    @Test func ofTwoTakersAtOnceNeverBothGetAPermit() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(100)
            try await database.accept(samples)
            let store = database.permits()
            for sample in samples {
                async let first = store.answer(sample.id).summary
                async let second = store.answer(sample.id).summary
                let seen = try await [first, second].sorted()
                #expect(seen == ["granted", "refused"])
                #expect(try await database.delivery(sample.id)?.attempts == 1)
            }
        }
    }

    @Test func takersOfTheSameBatchShareItOut() async throws {
        try await withDatabase { database in
            let samples = Sample.notifications(640)
            try await database.accept(samples)
            let store = database.permits()
            for start in stride(from: 0, to: 640, by: 64) {
                let ids = samples[start..<start + 64].map(\.id)
                async let first = granted(ids, by: store)
                async let second = granted(ids.reversed(), by: store)
                let all = try await first + second
                #expect(Set(all).count == all.count, "nobody has it twice")
            }
        }
    }

    private func granted(_ ids: [UUID], by store: PermitStore) async throws -> [UUID] {
        try await store.take(ids, route: .email, provider: "simulator", suspects: 0)
            .answers.filter { $1.permit != nil }.map(\.key)
    }
}
