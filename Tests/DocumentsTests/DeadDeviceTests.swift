import Documents
import Foundation
import Notifications
import Postgres
import Testing

/// A device that its provider called dead is gone, unless it has come back.
@Suite struct DeadDeviceTests {
    @Test func deadDevicesAreRemovedFromTheirUserOnly() async throws {
        try await withDatabase { database in
            let users = RecipientStore(pool: database.pool)
            for (user, tenant) in [("bob", "acme"), ("ada", "globex")] {
                var recipient = Recipient(userId: user)
                recipient.devices = ["phone", "tablet"].map { Device(id: $0, route: .fcm, token: "\(user)-\($0)") }
                _ = try await users.put(recipient, userId: user, tenant: tenant, replacesDevices: true)
            }
            let permit = try await database.permit(forDevices: ["phone", "tablet", "watch"])
            _ = try await database.record(permit.settled(deadDevices: ["phone", "watch"]))
            #expect(try await users.user("ada", tenant: "acme")?.devices.map(\.id) == ["tablet"])
            #expect(try await users.user("bob", tenant: "acme")?.devices.count == 2)
            #expect(try await users.user("ada", tenant: "globex")?.devices.count == 2)
        }
    }

    @Test func removalIsAnEventThatSaysWhy() async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone", "watch"])
            let recorded = try await database.record(permit.settled(deadDevices: ["watch"]))
            #expect(recorded.events.map(\.outcome) == ["accepted", "deviceRemoved"])
            let removal = StatusEvent(
                id: recorded.events[1].id, notificationId: permit.notificationId, tenant: "acme", userId: "ada",
                channel: .push, route: .fcm, status: "sent", outcome: "deviceRemoved", attempt: 1,
                provider: "simulator", device: "watch", failure: Report.refused, at: Sample.moment)
            #expect(recorded.events[1] == removal)
            #expect(try await database.timeline(permit.notificationId) == recorded.events)
            let again = try await database.record(permit.settled(deadDevices: ["watch"]))
            #expect(again.events == [], "it is gone already")
        }
    }

    @Test(arguments: ["another", "token-of-phone"])
    func deviceThatCameBackMeanwhileStays(token: String) async throws {
        try await withDatabase { database in
            let users = RecipientStore(pool: database.pool)
            let permit = try await database.permit(forDevices: ["phone"])
            let reinstalled = Device(id: "phone", route: .fcm, token: token)
            #expect(try await users.put(reinstalled, userId: "ada", tenant: "acme"))
            _ = try await database.record(permit.settled(.failed, deadDevices: ["phone"]))
            #expect(try await users.user("ada", tenant: "acme")?.devices == [reinstalled])
        }
    }

    /// APNs says when it learnt of it: a token that was registered after that is good.
    @Test(arguments: [(-3600.0, true), (3600.0, false)])
    func deviceRegisteredAfterItsProviderLearntOfItsEndStays(offset: TimeInterval, stays: Bool) async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone"])
            let since = Date().addingTimeInterval(offset)
            _ = try await database.record(permit.settled(.failed, deadDevices: ["phone"], since: since))
            #expect(try await database.count("devices") == (stays ? 1 : 0))
        }
    }

    /// A relay such as Expo learns of it later, when the device may have come back.
    @Test(arguments: [("2 minutes", false), ("30 seconds", true)])
    func deviceThatAReceiptCallsDeadIsRemovedUnlessItCameBack(age: String, stays: Bool) async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone", "watch"])
            _ = try await database.record(permit.settled(receipts: .pushed))
            try await database.pool.query("UPDATE devices SET last_seen_at = now() - CAST(\(age) AS interval)")
            let receipt = Receipt(
                messageId: "m-phone", kind: .bounced, failure: Report.refused, isPermanent: true, at: Sample.moment)
            let recorder = ReceiptRecorder(pool: database.pool)
            let recorded = try await recorder.record([receipt], from: "simulator", at: Date())
            #expect(recorded.events.map(\.outcome) == (stays ? ["bounced"] : ["bounced", "deviceRemoved"]))
            #expect(recorded.events.compactMap(\.device) == (stays ? [] : ["phone"]))
            #expect(recorded.events.allSatisfy { $0.status == "sent" && $0.failure == Report.refused })
            let users = RecipientStore(pool: database.pool)
            let left = try await users.user("ada", tenant: "acme")?.devices.map(\.id).sorted()
            #expect(left == (stays ? ["phone", "watch"] : ["watch"]))
            #expect(try await recorder.record([receipt], from: "simulator", at: Date()).events.isEmpty)
        }
    }

    @Test func reportUnderADeadPermitRemovesNothing() async throws {
        try await withDatabase { database in
            let permit = try await database.permit(forDevices: ["phone"])
            try await database.abandonPermit(of: permit.notificationId)
            _ = try await database.permits().grant(permit.notificationId, on: .fcm)
            _ = try await database.record(permit.settled(.failed, deadDevices: ["phone"]))
            #expect(try await database.count("devices") == 1)
        }
    }
}

extension TestDatabase {
    /// A permit to send to these devices of ada's.
    func permit(forDevices ids: [String]) async throws -> Permit {
        var ada = Recipient(userId: "ada")
        ada.devices = ids.map { Sample.device($0) }
        _ = try await RecipientStore(pool: pool).put(ada, userId: "ada", tenant: "acme", replacesDevices: true)
        let sample = try await accept(Sample.notification(["channels": ["push"]], to: ["userId": "ada"], user: ada))
        return try await permits().grant(sample.id, on: .fcm)
    }
}
