import Foundation
import Notifications
import Testing

@Suite struct DeliveryReferenceTests {
    @Test(arguments: ["email", "a:b", "", "phone::1"]) func textIsReadBack(target: String) {
        let reference = DeliveryReference(notificationId: UUID(), route: .fcm, targetId: target, round: 2)
        #expect(DeliveryReference(text: reference.text) == reference)
    }

    @Test(arguments: [
        "", "x", "01980000-0000-7000-8000-000000000001:email:email", "y:email:email:1",
        "01980000-0000-7000-8000-000000000001:post:email:1", "01980000-0000-7000-8000-000000000001:email:email:0",
    ])
    func anythingElseIsNone(text: String) {
        #expect(DeliveryReference(text: text) == nil)
    }
}
