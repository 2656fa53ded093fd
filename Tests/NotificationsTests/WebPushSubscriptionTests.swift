import Foundation
import Testing

@testable import Notifications

struct WebPushSubscriptionTests {
    private static let key = String(repeating: "BA", count: 43) + "A"
    private static let auth = "BTBZMqHH6r4Tts7J_aSIgg"

    @Test func subscriptionIsReadAsTheBrowserWritesIt() throws {
        let fields = try Self.fields(
            #"{"endpoint":"https://p.example/a","expirationTime":null,"keys":{"p256dh":"\#(Self.key)","auth":"\#(Self.auth)=="}}"#
        )
        let subscription = WebPushSubscription(fields)
        #expect(fields.problems.isEmpty)
        #expect(subscription?.publicKey.count == 65 && subscription?.secret.count == 16)
    }

    @Test(arguments: [
        ("{}", ["endpoint missing", "keys missing"]),
        (#"{"endpoint":"e","keys":{}}"#, ["keys.p256dh missing", "keys.auth missing"]),
        (#"{"endpoint":"e","keys":{"p256dh":"\#(key)","auth":"AAAA"}}"#, ["keys.auth invalid"]),
        (#"{"endpoint":"e","keys":{"p256dh":"not!base64","auth":"\#(auth)"}}"#, ["keys.p256dh invalid"]),
        (#"{"endpoint":"e","keys":7}"#, ["keys wrongType"]),
    ])
    func whatIsWrongIsNamed(text: String, problems: [String]) throws {
        let fields = try Self.fields(text)
        #expect(WebPushSubscription(fields) == nil)
        #expect(fields.problems.map { "\($0.field) \($0.code)" } == problems)
    }

    @Test(arguments: [("", ""), ("_-8", "ff ef"), ("_-8=", "ff ef"), ("AA", "00"), ("AA==", "00"), ("AAA=", "00 00")])
    func base64IsReadWithAndWithoutPadding(text: String, hex: String) {
        let bytes = Data(base64URL: text)?.map { String(format: "%02x", $0) }.joined(separator: " ")
        #expect(bytes == hex)
    }

    @Test(arguments: ["+w", "/w", "A", "A===", "AA=A", "ä"])
    func whatIsNoBase64IsNone(text: String) {
        #expect(Data(base64URL: text) == nil)
    }

    private static func fields(_ text: String) throws -> Fields { Fields(try #require(JSON(parsing: text).object)) }
}
