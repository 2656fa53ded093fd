import Foundation
import Notifications
import Testing

struct StaleEntryTests {
    @Test(arguments: StaleEntry.Cache.allCases) func whatIsPublishedIsRead(cache: StaleEntry.Cache) {
        let entry = StaleEntry(cache, tenant: "acme", key: "a \"b\" å")
        #expect(StaleEntry(json: entry.json) == entry)
    }

    @Test func onlyARemovedDeviceMakesItsUserStale() {
        var event = StatusEvent(
            notificationId: UUID(), tenant: "acme", userId: "u42", channel: .push, status: "sent",
            outcome: "deviceRemoved", at: Date())
        #expect(event.staleEntry == StaleEntry(.recipients, tenant: "acme", key: "u42"))
        event.userId = nil
        #expect(event.staleEntry == nil)
        event.userId = "u42"
        event.outcome = "accepted"
        #expect(event.staleEntry == nil)
    }
}
