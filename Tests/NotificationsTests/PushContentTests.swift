import Foundation
import Testing

@testable import Notifications

struct PushContentTests {
    @Test func everyMemberIsRead() throws {
        let fields = try Self.fields(
            """
            {"title":"T","body":"B","subtitle":"S","badge":0,"sound":"default","image":"https://a.example/i.png",
             "link":"https://a.example/","collapseId":"order-1","ttl":"2h","threadId":"t","category":"c",
             "channelId":"n","silent":true,"mutable":true}
            """)
        let content = PushContent(fields)
        #expect(fields.problems.isEmpty)
        #expect(content.badge == 0 && content.ttl == .seconds(7200) && content.collapseId == "order-1")
        #expect(content.isSilent && content.isMutable)
    }

    @Test(arguments: [
        (#"{"badge":-1}"#, "badge invalid"), (#"{"badge":"1"}"#, "badge invalid"), (#"{"ttl":"29d"}"#, "ttl invalid"),
        (#"{"ttl":60}"#, "ttl invalid"), (#"{"silent":1}"#, "silent wrongType"),
        (#"{"colour":"red"}"#, "colour unknown"),
        (#"{"image":"http://a.example/"}"#, "image invalid"), (#"{"link":"https://a.example/ b"}"#, "link invalid"),
        (#"{"collapseId":"a\\r\\nx-evil: 1"}"#, "collapseId invalid"), (#"{"collapseId":"ä"}"#, "collapseId invalid"),
        (#"{"collapseId":"\#(String(repeating: "a", count: 65))"}"#, "collapseId tooLong"),
    ])
    func badMemberIsNamed(text: String, problem: String) throws {
        let fields = try Self.fields(text)
        _ = PushContent(fields)
        #expect(fields.problems.map { "\($0.field) \($0.code)" } == [problem])
    }

    @Test func collapseIdOf64BytesIsTheLongest() throws {
        let fields = try Self.fields(#"{"collapseId":"\#(String(repeating: "a", count: 64))"}"#)
        _ = PushContent(fields)
        #expect(fields.problems.isEmpty)
    }

    private static func fields(_ text: String) throws -> Fields { Fields(try #require(JSON(parsing: text).object)) }
}
