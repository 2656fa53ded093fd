import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

/// Something of a user's stands wherever Belfry writes anything; after the erasure it stands nowhere.
@Suite struct ErasureTests {
    /// In every text that a caller or a provider can write, whatever the case.
    private static let canary = "canary"
    private static let address = "canary@example.org"

    private static let user = {
        var user = Recipient(userId: "canary-user")
        user.email = address
        user.phone = "+46700424242"
        user.locale = "canary-locale"
        user.attributes = JSONObject([("canary", "canary")])
        user.devices = [
            Device(id: "canary-phone", route: .fcm, token: "canary-token"),
            Device(id: "canary-tablet", route: .fcm, token: "canary-other"),
        ]
        return user
    }()

    private static let request: JSON = [
        "title": "canary", "body": "canary", "data": ["canary": "canary"], "metadata": ["canary": "canary"],
        "overrides": ["email": ["subject": "canary"], "push": ["collapseId": "canary"]], "cancellationKey": "canary",
    ]

    private func notification(_ channels: [String], _ more: JSON = [:], tenant: String = "acme") -> AcceptedNotification
    {
        var request = Self.request.object ?? JSONObject()
        request.append("channels", .array(channels.map(JSON.string)))
        for member in more.object?.members ?? [] { request[member.name] = member.value }
        var notification = Sample.notification(
            .object(request), to: ["userId": "canary-user", "email": .string(Self.address)], user: Self.user,
            tenant: tenant)
        notification.content.requestId = "canary"
        return notification
    }

    /// One notification for each thing that can become of one, and whatever they leave behind.
    private func plant(in database: TestDatabase, tenant: String = "acme") async throws -> [UUID] {
        let store = RecipientStore(pool: database.pool)
        _ = try await store.put(Self.user, userId: "canary-user", tenant: tenant, replacesDevices: true)
        let topics = TopicStore(pool: database.pool)
        _ = try await topics.put("news", description: nil, tenant: tenant, at: Sample.moment)
        _ = try await topics.subscribe(["ada", "canary-user"], to: "news", tenant: tenant)
        _ = try await PreferenceStore(pool: database.pool).set(Preferences(), of: "canary-user", tenant: tenant)
        try await count(in: database, tenant: tenant)
        let waiting = notification(
            ["email", "sms"], ["sendAt": .string(Timestamp.text(Date() + 3600))], tenant: tenant)
        let (read, sent, dead) = (
            notification(["inApp"], tenant: tenant), notification(["push"], tenant: tenant),
            notification(["email"], tenant: tenant)
        )
        let claim = IdempotencyClaim(
            key: "canary-\(tenant)", fingerprint: [1], answer: NotificationDocument(read).json.text)
        _ = try await AcceptStatements(pool: database.pool).write([
            Submission(tenant: tenant, notifications: [read], claim: claim),
            Submission(tenant: tenant, notifications: [waiting, sent, dead]),
        ])
        let push = try await database.permits().grant(sent.id, on: .fcm)
        _ = try await database.record(push.settled(receipts: .pushed))
        let words = DeliveryFailure(code: "rejected", detail: "canary")
        var failed = try await database.permits().grant(dead.id).settled(.failed, failure: words)
        failed.decision = .settle(.failed, deadLetter: true)
        failed.isAddressDead = true
        failed.receiptSource = .pushed
        failed.result.providerMessageId = "canary-message"
        _ = try await database.record(failed)
        let event = StatusEvent(
            notificationId: dead.id, tenant: tenant, userId: "canary-user", channel: .push, status: "failed",
            device: "canary-phone", failure: words, at: Sample.moment)
        let message = EndpointMessage(event, number: 1, to: UUID())
        try await database.accept([AcceptedNotification(message, tenant: tenant, at: Sample.moment)])
        try await database.indexTexts()
        return [waiting.id, read.id, sent.id, dead.id]
    }

    /// Counts something for the user, as a request does that limits hold for.
    private func count(in database: TestDatabase, tenant: String = "acme") async throws {
        try await database.pool.query(
            """
            INSERT INTO recipient_times (tenant, user_id, channel, category, times)
            VALUES (\(tenant), 'canary-user', 'email', '', '[]')
            """)
    }

    /// The tables that hold a word, and how many rows of each.
    private func places(of word: String, in database: TestDatabase) async throws -> [String: Int] {
        let tables = try await database.pool.query(
            """
            SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            """
        ).map { try $0.get(0, as: String.self) }
        var places: [String: Int] = [:]
        for table in tables {
            let count: Int64 = try await database.pool.query(
                "SELECT count(*) FROM \(unescaped: table) t WHERE t::text ILIKE '%' || \(word) || '%'")[0].get(0)
            if count > 0 { places[table] = Int(count) }
        }
        return places
    }

    /// Erases as the clerk does; returns what was cancelled.
    @discardableResult
    private func erase(in database: TestDatabase, batchSize: Int = 200) async throws -> [StatusEvent] {
        let erasures = Erasures(pool: database.pool, batchSize: batchSize)
        var events: [StatusEvent] = []
        for erasure in try await erasures.open() {
            var place: UUID?
            repeat {
                place = try await erasures.eraseBatch(of: erasure, after: place) { events += $0.events }.next
            } while place != nil
            try await erasures.finish(erasure)
        }
        return events
    }

    @Test func nothingOfAUserStandsAnywhereAfterwards() async throws {
        try await withDatabase { database in
            let ids = try await plant(in: database)
            let planted = Set(try await places(of: Self.canary, in: database).keys)
            #expect(
                planted == [
                    "notifications", "deliveries", "delivery_events", "recipients", "devices", "inbox_unread",
                    "idempotency_keys", "dead_letters", "provider_messages", "topic_subscribers",
                    "notification_texts", "preferences", "recipient_times",
                ])
            #expect(try await RecipientStore(pool: database.pool).erase("canary-user", tenant: "acme") != nil)
            // A request that was under way.
            try await count(in: database)
            #expect(try await erase(in: database).map(\.status) == ["cancelled", "cancelled"])
            for word in [Self.canary, "46700424242"] {
                #expect(try await places(of: word, in: database).isEmpty, "\(word)")
            }
            let topic = try await TopicStore(pool: database.pool).topic("news", tenant: "acme")
            #expect(topic?.subscribers == 1)
            let hash: String = try await database.pool.query(
                "SELECT encode(sha256(convert_to(\(Self.address), 'UTF8')), 'hex')")[0].get(0)
            #expect(Set(try await places(of: hash, in: database).keys) == ["suppressions"])
            let told: JSONB = try await database.pool.query(
                "SELECT content #> '{endpointMessage,body,data}' FROM notifications WHERE tenant = 'belfry/acme'")[0]
                .get(0)
            #expect(told.json["notificationId"]?.string == ids[3].text)
            #expect(told.json["status"] == "failed")
            #expect(told.json["error"] == ["code": "rejected", "detail": ""])
            let statuses = try await ids.asyncMap { try await database.channels($0).mapValues(\.status) }
            #expect(
                statuses == [
                    [.email: .cancelled, .sms: .cancelled], [.inApp: .unread], [.push: .sent], [.email: .failed],
                ])
        }
    }

    @Test func documentSaysWhatBecameOfItAndThatItsUserIsErased() async throws {
        try await withDatabase { database in
            let ids = try await plant(in: database)
            let store = NotificationStore(pool: database.pool)
            let before = try #require(try await store.document(ids[2], tenant: "acme")?.json)
            _ = try await RecipientStore(pool: database.pool).erase("canary-user", tenant: "acme")
            try await erase(in: database)
            let after = try #require(try await store.document(ids[2], tenant: "acme")?.json)
            #expect(after["erased"] == true)
            #expect(after["to"] == [:])
            for name in ["id", "status", "createdAt", "type", "priority", "delivery", "expiresAt"] {
                #expect(after[name] == before[name], "\(name)")
            }
            let push = try #require(after["channels"]?["push"])
            #expect(push["devices"]?.object?.members.map(\.name) == ["1", "2"])
            for name in ["status", "deviceCount", "successCount", "sentAt"] {
                #expect(push[name] == before["channels"]?["push"]?[name], "\(name)")
            }
            let timeline = try await database.timeline(ids[3])
            #expect(timeline.map(\.failure?.code) == ["rejected"])
            #expect(timeline.map(\.failure?.detail) == [""])
        }
    }

    @Test func whomNothingIsSentToAnyMoreStaysSuppressed() async throws {
        try await withDatabase { database in
            _ = try await plant(in: database)
            _ = try await RecipientStore(pool: database.pool).erase("canary-user", tenant: "acme")
            try await erase(in: database)
            let again = try await database.accept(Sample.notification(to: ["email": .string(Self.address)]))
            #expect(try await database.permits().answer(again.id).summary == "over: skipped, suppressed")
        }
    }

    @Test func othersOfTheSameNameAndThoseWhoComeLaterAreLeftAlone() async throws {
        try await withDatabase { database in
            let foreign = try await plant(in: database, tenant: "globex")
            _ = try await plant(in: database)
            let store = RecipientStore(pool: database.pool)
            _ = try await store.erase("canary-user", tenant: "acme")
            _ = try await store.put(Self.user, userId: "canary-user", tenant: "acme", replacesDevices: true)
            let new = try await database.accept(
                Sample.notification(
                    ["title": "new"], to: ["userId": "canary-user"], user: Self.user, at: Date()))
            let event = StatusEvent(
                notificationId: new.id, tenant: "acme", userId: "canary-user", status: "sent", at: Date())
            let message = try await database.accept(
                AcceptedNotification(EndpointMessage(event, number: 2, to: UUID()), tenant: "acme", at: Date()))
            try await erase(in: database)
            #expect(try await store.user("canary-user", tenant: "acme") == Self.user)
            var other = Self.user
            other.preferences = Preferences()
            #expect(try await store.user("canary-user", tenant: "globex") == other)
            let documents = NotificationStore(pool: database.pool)
            #expect(try await documents.document(new.id, tenant: "acme")?.json["title"] == "new")
            for id in foreign {
                #expect(try await documents.document(id, tenant: "globex")?.json["title"] == "canary")
            }
            let told = try await documents.document(message.id, tenant: "belfry/acme")?.content["endpointMessage"]
            #expect(told?["body"]?["data"]?["userId"] == "canary-user")
            let messages = 3
            #expect(try await database.count("deliveries") == 2 + new.deliveries.count + messages)
        }
    }

    /// It is older than the transaction that made its user.
    @Test func whatMakesTheUserAgainIsTheNewOnes() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            _ = try await store.put(Self.user, userId: "canary-user", tenant: "acme", replacesDevices: true)
            _ = try await store.erase("canary-user", tenant: "acme")
            func accept(at moment: Date) async throws -> UUID {
                let to: JSON = ["userId": "canary-user", "email": "new@example.org", "save": true]
                return try await database.accept(Sample.notification(["title": "new"], to: to, at: moment)).id
            }
            let moment = Date()
            let second = try await accept(at: moment + 0.005)
            let first = try await accept(at: moment)
            try await erase(in: database)
            for id in [first, second] {
                let document = try await NotificationStore(pool: database.pool).document(id, tenant: "acme")
                #expect(document?.json["title"] == "new")
                #expect(document?.status == .pending)
            }
            #expect(try await store.user("canary-user", tenant: "acme")?.email == "new@example.org")
        }
    }

    /// By a request that began before, and ended after it.
    @Test func whoIsMadeAgainByAnOlderRequestKeepsNothingOfBefore() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            let sample = try await database.accept(notification(["inApp"]))
            _ = try await store.put(Self.user, userId: "canary-user", tenant: "acme", replacesDevices: true)
            _ = try await store.erase("canary-user", tenant: "acme")
            _ = try await store.put(Recipient(), userId: "canary-user", tenant: "acme", replacesDevices: true)
            try await database.pool.query("UPDATE recipients SET created_at = now() - interval '1 hour'")
            try await erase(in: database)
            let document = try await NotificationStore(pool: database.pool).document(sample.id, tenant: "acme")
            #expect(document?.content["erased"] == true)
        }
    }

    @Test func whatIsJustBeingSentIsErasedOnceItIsDone() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            _ = try await store.put(Self.user, userId: "canary-user", tenant: "acme", replacesDevices: true)
            let sample = try await database.accept(notification(["email"]))
            let permit = try await database.permits().grant(sample.id)
            _ = try await store.erase("canary-user", tenant: "acme")
            let erasures = Erasures(pool: database.pool)
            let erasure = try #require(try await erasures.open().first)
            #expect(!erasure.isSettled)
            let first = try await erasures.eraseBatch(of: erasure, after: nil) { _ in }
            #expect(first == Erasures.Batch(erased: 0, open: 1, next: nil))
            _ = try await database.record(permit.settled())
            let second = try await erasures.eraseBatch(of: erasure, after: nil) { _ in }
            #expect(second == Erasures.Batch(erased: 1, open: 0, next: nil))
            #expect(try await database.channels(sample.id)[.email]?.status == .sent)
        }
    }

    @Test func lateReportBringsNothingBack() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            _ = try await store.put(Self.user, userId: "canary-user", tenant: "acme", replacesDevices: true)
            let sample = try await database.accept(notification(["push"]))
            let permit = try await database.permits().grant(sample.id, on: .fcm)
            try await database.pool.query("DELETE FROM deliveries")
            _ = try await store.erase("canary-user", tenant: "acme")
            try await erase(in: database)
            let late = try await database.record(permit.settled(receipts: .pushed))
            #expect(!late.wasCurrent)
            #expect(late.events.isEmpty)
            #expect(try await places(of: Self.canary, in: database).isEmpty)
        }
    }

    @Test func textThatIsJustBeingIndexedIsErasedToo() async throws {
        try await withDatabase { database in
            let sample = try await database.accept(notification(["inApp"]))
            _ = try await RecipientStore(pool: database.pool).erase("canary-user", tenant: "acme")
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await database.pool.transaction { connection in
                    try await connection.query(TextLock.shared)
                    try await connection.query(
                        """
                        INSERT INTO notification_texts (id, tenant, words)
                        VALUES (\(sample.id), 'acme', to_tsvector('simple', \(Self.canary)))
                        """)
                    group.addTask { try await erase(in: database) }
                    try await database.untilWaiting(1)
                }
                try await group.waitForAll()
            }
            #expect(try await places(of: Self.canary, in: database).isEmpty)
        }
    }

    @Test func nobodyIsWaitedForWhoVacuumsOrAnalysesTexts() async throws {
        try await withDatabase { database in
            _ = try await plant(in: database)
            _ = try await RecipientStore(pool: database.pool).erase("canary-user", tenant: "acme")
            try await database.pool.transaction { connection in
                try await connection.query("LOCK TABLE notification_texts IN SHARE UPDATE EXCLUSIVE MODE")
                try await erase(in: database)
            }
            #expect(try await places(of: Self.canary, in: database).isEmpty)
        }
    }

    @Test func erasureGoesOnWhereItWasInterrupted() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            let ids = try await (0..<7).asyncMap { _ in try await database.accept(notification(["inApp"])).id }
            #expect(try await store.erase("canary-user", tenant: "acme") != nil, "one need not be known")
            let erasures = Erasures(pool: database.pool, batchSize: 3)
            let erasure = try #require(try await erasures.open().first)
            let batch = try await erasures.eraseBatch(of: erasure, after: nil) { _ in }
            #expect(batch == Erasures.Batch(erased: 3, open: 0, next: ids.sorted()[2]))
            try await erase(in: database, batchSize: 3)
            #expect(try await places(of: Self.canary, in: database).isEmpty)
            #expect(try await erasures.open().isEmpty)
            #expect(try await store.erase("canary-user", tenant: "acme") == nil, "nothing is left of anybody")
        }
    }

    @Test func askingAgainIsOneErasureAndReachesWhatCameMeanwhile() async throws {
        try await withDatabase { database in
            let store = RecipientStore(pool: database.pool)
            _ = try await store.put(Self.user, userId: "canary-user", tenant: "acme", replacesDevices: false)
            let first = try #require(try await store.erase("canary-user", tenant: "acme"))
            let erasures = Erasures(pool: database.pool)
            let erasure = try #require(try await erasures.open().first)
            #expect(try await erasures.eraseBatch(of: erasure, after: nil) { _ in }.next == nil)
            _ = try await store.put(Self.user, userId: "canary-user", tenant: "acme", replacesDevices: false)
            let sample = try await database.accept(notification(["inApp"]))
            let second = try #require(try await store.erase("canary-user", tenant: "acme"))
            #expect(second > first)
            #expect(try await database.count("erasures") == 1)
            try await erasures.finish(erasure)
            #expect(try await erasures.open().map(\.requestedAt) == [second], "it is asked for again")
            try await erase(in: database)
            #expect(try await erasures.open().isEmpty)
            let document = try await NotificationStore(pool: database.pool).document(sample.id, tenant: "acme")
            #expect(document?.content["erased"] == true)
            #expect(try await store.erase("nobody", tenant: "acme") == nil)
            #expect(try await store.erase("canary-user", tenant: "globex") == nil)
        }
    }
}

extension Collection {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
