import Foundation
import Notifications
import Testing

@testable import belfry

struct NotificationProgressTests {
    private static let id = "01a1fbc7-0000-7000-8000-000000000001"

    private func document(_ status: String, push: String, device: String, inApp: String) -> JSON {
        [
            "id": .string(Self.id), "status": .string(status),
            "channels": [
                "inApp": ["status": .string(inApp), "readAt": nil],
                "push": [
                    "status": .string(push), "attempts": 1, "provider": "simulator",
                    "devices": ["phone": ["status": .string(device), "attempts": 1]],
                ],
            ],
        ]
    }

    private func event(
        _ channel: NotificationChannel?, _ status: String, id: String = id, attempt: Int = 1,
        failure: DeliveryFailure? = nil
    ) throws -> StatusEvent {
        StatusEvent(
            notificationId: try #require(UUID(uuidString: id)), tenant: "", userId: nil, channel: channel,
            status: status, attempt: attempt, provider: "simulator", failure: failure, at: Date())
    }

    private var start: NotificationProgress {
        NotificationProgress(document: document("pending", push: "pending", device: "pending", inApp: "unread"))
    }

    @Test func aDocumentHasALineForEachChannelAndDevice() {
        #expect(
            start.lines.map { "\($0.channel)/\($0.target ?? "-") \($0.status)" } == [
                "push/- pending", "push/phone pending", "inApp/- unread",
            ])
        #expect(!start.isDone)
    }

    @Test func anEventMovesItsChannelOnly() throws {
        var progress = start
        progress.apply(try event(.push, "processing", attempt: 2))
        #expect(progress.lines.map(\.status) == ["processing", "pending", "unread"])
        #expect(progress.lines[0].attempts == 1, "an attempt counts once it is over")
        progress.apply(try event(.push, "pending", attempt: 2, failure: .noProvider))
        #expect(progress.lines[0].attempts == 2 && progress.lines[0].reason == DeliveryFailure.noProvider.detail)
        progress.apply(try event(.push, "sent", attempt: 3))
        #expect(progress.lines[0].status == "sent" && progress.lines[0].reason == nil)
        let before = progress
        progress.apply(try event(.push, "processing"))
        progress.apply(try event(nil, "accepted"))
        progress.apply(try event(.email, "sent"))
        progress.apply(try event(.push, "failed", id: "01a1fbc7-0000-7000-8000-000000000002"))
        #expect(progress == before)
    }

    @Test(arguments: [
        ("pending", false, false), ("processing", false, false), ("scheduled", false, false), ("sent", true, true),
        ("delivered", true, true), ("partial", true, false), ("failed", true, false),
    ])
    func theNotificationsOwnStatusSaysWhenItIsDone(status: String, isDone: Bool, isGood: Bool) {
        let progress = NotificationProgress(document: ["id": "x", "status": .string(status), "channels": [:]])
        #expect(progress.isDone == isDone && progress.isGood == isGood)
    }

    @Test func onlyChangesAreAppended() throws {
        var progress = start
        #expect(
            start.changes(since: nil) == [
                "push: pending (by simulator)", "push phone: pending", "inApp: unread",
            ])
        progress.apply(try event(.push, "processing"))
        #expect(progress.changes(since: start) == ["push: processing (by simulator)"])
        #expect(progress.changes(since: progress).isEmpty)
        progress.apply(try event(.push, "pending", attempt: 2, failure: .noAddress))
        #expect(
            progress.changes(since: start) == [
                "push: pending (by simulator, attempt 2, The recipient has no address for this channel.)"
            ])
    }

    @Test func aBlockFitsTheTerminal() {
        let terminal = Terminal(isInteractive: true, columns: 60, rows: 24, environment: ["NO_COLOR": "1"])
        #expect(
            start.block(on: terminal) == [
                "\(Self.id)  pending", "CHANNEL  STATUS   ATTEMPTS  PROVIDER   REASON",
                "push     pending         1  simulator  ", "  phone  pending         1             ",
                "inApp    unread                        ",
            ])
        let narrow = Terminal(isInteractive: true, columns: 30, rows: 24, environment: ["NO_COLOR": "1"])
        #expect(start.block(on: narrow).allSatisfy { $0.displayWidth <= 30 })
    }
}
