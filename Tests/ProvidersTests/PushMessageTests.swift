import Foundation
import Notifications
import Testing

@testable import Providers

@Suite struct PushMessageTests {
    private func collapseId(_ key: String?, overrides: JSON? = nil) throws -> String? {
        var attempt = DeliveryAttempt.push(.apns, token: "abcd", overrides: overrides)
        attempt.message.collapseKey = key
        return try PushMessage(attempt, at: .now).content.collapseId
    }

    @Test func collapseKeyIsTheIdWhereNoOtherIsGiven() throws {
        #expect(try collapseId(nil) == nil)
        #expect(try collapseId("order-8812") == "order-8812")
        #expect(try collapseId("order-8812", overrides: ["collapseId": "mine"]) == "mine")
        let longest = String(repeating: "k", count: 64)
        #expect(try collapseId(longest) == longest)
    }

    @Test(arguments: ["order 8812", "beställning", "a\r\nx-evil: 1", String(repeating: "k", count: 65)])
    func keyThatIsNoIdIsKnownByItsDigest(key: String) throws {
        let id = try #require(try collapseId(key))
        #expect(id.utf8.count == 43)
        #expect(try collapseId(key) == id)
        #expect(try collapseId(key + "x") != id)
        let fields = Fields(JSONObject([("collapseId", .string(id))]))
        _ = PushContent(fields)
        #expect(fields.problems.isEmpty)
    }
}
