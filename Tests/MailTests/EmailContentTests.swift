import Notifications
import Testing

@testable import Mail

@Suite struct EmailContentTests {
    @Test func everythingThatMayBeSaidIsRead() throws {
        let content = try read(
            """
            {"subject":"S","text":"T","html":"<p>","from":"Shop <shop@example.com>","replyTo":"help@example.com",
             "cc":["c@example.com"],"bcc":["B <b@example.com>"],"headers":{"X-A":"1"},
             "attachments":[{"filename":"a.txt","content":"aGk="},
                {"filename":"l.png","contentType":"image/png","content":"iVA=","contentId":"logo"},
                {"filename":"n.png","contentType":"image/png","content":"iVA=","contentId":"n","inline":false}],
             "listUnsubscribe":["https://example.com/u"]}
            """)
        var expected = EmailContent(Fields(JSONObject()))
        expected.subject = "S"
        expected.text = "T"
        expected.html = "<p>"
        expected.from = try Mailbox(parsing: "Shop <shop@example.com>", part: "")
        expected.replyTo = try Mailbox(parsing: "help@example.com", part: "")
        expected.cc = [try Mailbox(parsing: "c@example.com", part: "")]
        expected.bcc = [try Mailbox(parsing: "B <b@example.com>", part: "")]
        expected.headers = [try CustomHeader(name: "X-A", value: "1")]
        expected.attachments = [
            try Attachment(filename: "a.txt", contentType: "application/octet-stream", content: [104, 105]),
            try Attachment(filename: "l.png", contentType: "image/png", content: [137, 80], contentId: "logo"),
            try Attachment(filename: "n.png", contentType: "image/png", content: [137, 80]),
        ]
        expected.listUnsubscribe = [try UnsubscribeURL("https://example.com/u")]
        #expect(content == expected)
    }

    @Test func titleIsTheSubjectUnlessThereIsOne() throws {
        #expect(try read(#"{"title":"T"}"#).subject == "T")
        #expect(try read(#"{"title":"T","subject":"S"}"#).subject == "S")
    }

    @Test(arguments: [
        (#"{"subjet":"x"}"#, "subjet unknown"), (#"{"subject":7}"#, "subject wrongType"),
        (#"{"subject":"a\nb"}"#, "subject invalid"), (#"{"from":"x"}"#, "from invalid"),
        (#"{"replyTo":"a@b\r\nBcc: c@d"}"#, "replyTo invalid"), (#"{"cc":"a@example.com"}"#, "cc wrongType"),
        (#"{"cc":["a@example.com",7]}"#, "cc[1] wrongType"), (#"{"bcc":["<x> y"]}"#, "bcc[0] invalid"),
        (#"{"headers":["X"]}"#, "headers wrongType"), (#"{"headers":{"X-A":1}}"#, "headers.X-A wrongType"),
        (#"{"headers":{"Bcc":"a@example.com"}}"#, "headers.Bcc invalid"),
        (#"{"headers":{"X-A":"a\r\nX-B: c"}}"#, "headers.X-A invalid"),
        (#"{"attachments":[{"content":"aGk="}]}"#, "attachments[0].filename missing"),
        (#"{"attachments":[{"filename":"a","content":"%"}]}"#, "attachments[0].content invalid"),
        (#"{"attachments":[{"filename":"a","content":"aGk=","inline":true}]}"#, "attachments[0].contentId missing"),
        (#"{"attachments":[{"filename":"a","content":"aGk=","contentType":"pdf"}]}"#, "attachments[0] invalid"),
        (#"{"listUnsubscribe":["javascript:alert(1)"]}"#, "listUnsubscribe[0] invalid"),
    ])
    func badMemberIsNamed(json: String, problem: String) throws {
        let fields = Fields(try #require(try JSON(parsing: json).object))
        _ = EmailContent(fields)
        #expect(fields.problems.map { "\($0.field) \($0.code.rawValue)" } == [problem])
    }

    @Test func copiesAreLimited() throws {
        let many = (1...30).map { "\"a\($0)@example.com\"" }.joined(separator: ",")
        let fields = Fields(try #require(try JSON(parsing: #"{"cc":[\#(many)],"bcc":[\#(many)]}"#).object))
        _ = EmailContent(fields)
        #expect(fields.problems.map { "\($0.field) \($0.code.rawValue)" } == ["cc tooMany"])
    }

    private func read(_ json: String) throws -> EmailContent {
        let fields = Fields(try #require(try JSON(parsing: json).object))
        let content = EmailContent(fields)
        #expect(fields.problems.isEmpty)
        return content
    }
}
