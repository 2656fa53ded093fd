import Documents
import Foundation
import Notifications
import Testing

/// Preferences and quiet hours, as they are when a permit is taken.
@Suite struct PermitRulesTests {
    @Test func whatIsTurnedOffMeanwhileIsSkipped() async throws {
        try await withDatabase { database in
            let sample = try await database.acceptForAda()
            try await database.prefer(#"{"types":{"transactional":{"email":false}}}"#)
            let answer = try await database.permits().answer(sample.id)
            #expect(answer.summary == "over: skipped, preference")
            guard case .over(let permit, let status, let failure) = answer else { return }
            #expect(permit.attempt == 0, "no attempt was made")
            #expect(failure?.detail == "The user's preferences turn it off: types.transactional.email.")
            let result = RouteResult(permit, over: status, failure, at: Date())
            _ = try await database.record(
                AttemptRecord(
                    permit: permit, decision: .settle(.skipped, deadLetter: false), result: result, outcome: nil))
            #expect(try await database.channels(sample.id)[.email]?.status == .skipped)
            #expect(try await database.count("deliveries") == 0)
        }
    }

    @Test func quietHoursThatBeganMeanwhilePutItOffWithoutAnAttempt() async throws {
        try await withDatabase { database in
            let sample = try await database.acceptForAda()
            try await database.prefer(QuietHours.around(Date(), on: [.email]))
            let answer = try await database.permits().answer(sample.id)
            guard case .putOff(let permit, let end, let reason) = answer else {
                Issue.record("\(answer.summary)")
                return
            }
            #expect(end > Date())
            #expect(reason.code == "quietHours")
            let recorded = try await database.record(AttemptRecord(permit, putOffUntil: end, reason, at: Date()))
            #expect(recorded.wasCurrent)
            #expect(recorded.events.map(\.status) == ["scheduled"])
            #expect(recorded.events.map(\.failure?.code) == ["quietHours"])
            #expect(recorded.events.map(\.outcome) == [nil])
            #expect(try await database.delivery(sample.id) == DeliveryRow(provider: "simulator"))
            let state = try #require(try await database.channels(sample.id)[.email])
            #expect((state.status, state.attempts, state.failure) == (.scheduled, 0, reason))
            let wait = try #require(try await database.permits().answer(sample.id).wait)
            let left = Duration.seconds(end.timeIntervalSinceNow)
            #expect(abs((wait - left) / .seconds(1)) < 60)
            #expect(wait >= left, "never early")

            try await database.prefer(#"{"quietHours":false}"#)
            try await database.alterDelivery(sample.id, set: "not_before = now()")
            #expect(try await database.permits().grant(sample.id).attempt == 1)
        }
    }

    @Test func whatExpiresInQuietHoursWaitsForThatOnly() async throws {
        try await withDatabase { database in
            let sample = try await database.acceptForAda(["expiresIn": "1h"])
            try await database.prefer(QuietHours.around(Date(), on: [.email]))
            guard case .putOff(let permit, let end, let reason) = try await database.permits().answer(sample.id) else {
                Issue.record("it was not put off")
                return
            }
            #expect(reason.detail.hasSuffix("it expires before."))
            _ = try await database.record(AttemptRecord(permit, putOffUntil: end, reason, at: Date()))
            let wait = try #require(try await database.permits().answer(sample.id).wait)
            #expect(wait <= .seconds(3600))
            try await database.alterDelivery(sample.id, set: "expires_at = now()")
            #expect(try await database.permits().answer(sample.id).summary == "over: expired, expired")
        }
    }

    @Test func tenantsDefaultsHoldForWhomNothingIsKnownOf() async throws {
        try await withDatabase { database in
            var defaults = PreferenceDefaults()
            defaults.preferences.types = [.marketing: [.email: false]]
            try await PreferenceStore(pool: database.pool).set(defaults, of: "acme")
            let marketing = try await database.accept(Sample.notification(["type": "marketing"]))
            #expect(try await database.permits().answer(marketing.id).summary == "over: skipped, preference")
            let alert = try await database.accept(Sample.notification(["type": "alert"]))
            #expect(try await database.permits().answer(alert.id).summary == "granted")
            let foreign = try await database.accept(Sample.notification(["type": "marketing"], tenant: "globex"))
            #expect(try await database.permits().answer(foreign.id).summary == "granted")
        }
    }

    @Test func categoryIsHeededAndOnlyItsOwn() async throws {
        try await withDatabase { database in
            let weekly = try await database.acceptForAda(["category": "weekly"])
            let daily = try await database.acceptForAda(["category": "daily"])
            let none = try await database.acceptForAda()
            try await database.prefer(#"{"categories":{"weekly":{"email":false},"other":{"email":false}}}"#)
            #expect(try await database.permits().answer(weekly.id).summary == "over: skipped, preference")
            #expect(try await database.permits().answer(daily.id).summary == "granted")
            #expect(try await database.permits().answer(none.id).summary == "granted")
        }
    }
}

extension TestDatabase {
    /// A notification to a user whose address is known.
    fileprivate func acceptForAda(_ request: JSON = [:]) async throws -> AcceptedNotification {
        var user = Recipient(userId: "ada")
        user.email = "ada@example.org"
        _ = try await RecipientStore(pool: pool).put(user, userId: "ada", tenant: "acme", replacesDevices: false)
        return try await accept(Sample.notification(request, to: ["userId": "ada"], user: user))
    }

    fileprivate func prefer(_ text: String) async throws {
        let fields = Fields(try #require(try JSON(parsing: text).object))
        let preferences = Preferences(fields)
        #expect(fields.problems.isEmpty)
        #expect(try await PreferenceStore(pool: pool).set(preferences, of: "ada", tenant: "acme"))
    }

    fileprivate func prefer(_ quiet: QuietHours) async throws {
        var preferences = Preferences()
        preferences.quietHours = quiet
        #expect(try await PreferenceStore(pool: pool).set(preferences, of: "ada", tenant: "acme"))
    }
}

extension QuietHours {
    /// Four hours with the given time, in UTC, in their middle.
    static func around(_ date: Date, on channels: Set<NotificationChannel>) -> QuietHours {
        let minute = Int(date.timeIntervalSince1970 / 60) % 1440
        return QuietHours(from: (minute + 1320) % 1440, to: (minute + 120) % 1440, channels: channels)
    }
}
