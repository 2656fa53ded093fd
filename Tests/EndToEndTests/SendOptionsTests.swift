import ArgumentParser
import BelfryClient
import Notifications
import Testing

@testable import belfry

struct SendOptionsTests {
    private func request(_ arguments: String..., file: String? = nil) throws -> JSON {
        try SendCommand.parse(arguments).content.request(file: file)
    }

    @Test func optionsBecomeTheMembersOfARequest() throws {
        let full = try request(
            "--to", "u42", "--email", "a@example.com", "--channels", "push,inApp", "--title", "Hello", "--data",
            #"{"n":1.50}"#, "--type", "alert", "--priority", "high", "--send-at", "2026-12-01T08:00:00Z",
            "--expires-in", "2h")
        #expect(
            full == [
                "to": ["userId": "u42", "email": "a@example.com"], "channels": ["push", "inApp"], "title": "Hello",
                "data": ["n": .number("1.50")], "type": "alert", "priority": "high",
                "sendAt": "2026-12-01T08:00:00Z", "expiresIn": "2h",
            ])
    }

    @Test func aTopicIsSentToInPlaceOfARecipient() throws {
        let topic = try request("--topic", "news", "--template", "weekly", "--delay", "15m", "--collapse-key", "week")
        #expect(topic == ["to": ["topic": "news"], "template": "weekly", "delay": "15m", "collapseKey": "week"])
    }

    @Test func aTimeWithoutAZoneIsTheRecipientsOwn() throws {
        let times: [(String, JSON)] = [
            ("09:00", ["localTime": "09:00"]), ("2026-12-01T09:00", ["localTime": "09:00", "date": "2026-12-01"]),
            ("2026-12-01T09:00:00+01:00", "2026-12-01T09:00:00+01:00"), ("soon", "soon"),
        ]
        for (text, expected) in times {
            #expect(try request("--to", "u42", "--title", "x", "--send-at", text)["sendAt"] == expected)
        }
    }

    @Test func optionsWinOverTheFile() throws {
        let file = #"{"to":{"userId":"u1"},"title":"Old","metadata":{"a":1}}"#
        #expect(
            try request("--file", "-", "--title", "New", file: file)
                == ["to": ["userId": "u1"], "title": "New", "metadata": ["a": 1]])
    }

    @Test(arguments: [
        ["--title", "x"], ["--to", "u42"], ["--to", "u42", "--title", "x", "--data", "{"],
        ["--to", "u42", "--title", "x", "--timeout", "soon"],
    ])
    func aWrongCallIsRefusedBeforeAnythingIsSent(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { _ = try SendCommand.parse(arguments) }
        #expect(error.map { SendCommand.exitCode(for: $0) } == .validationFailure)
    }

    @Test func aFileThatIsNoRequestIsRefused() {
        for text in ["[]", "{", ""] {
            #expect(throws: ValidationError.self) { _ = try request("--file", "-", file: text) }
        }
    }

    @Test func urlAndKeyComeFromTheOptionsOrTheEnvironment() throws {
        let environment = ["BELFRY_URL": "http://a", "BELFRY_KEY": "k"]
        #expect(try ConnectionOptions.parse([]).configuration(environment).url == "http://a")
        #expect(try ConnectionOptions.parse(["--url", "http://b"]).configuration(environment).url == "http://b")
        let fallback = try ConnectionOptions.parse(["--key", "k"]).configuration(["BELFRY_URL": ""])
        #expect(fallback.url == "http://127.0.0.1:8080")
        #expect(throws: CommandFailure.self) { _ = try ConnectionOptions.parse([]).configuration([:]) }
    }
}
