import Events
import Foundation
import Notifications
import Testing

/// `docs/events.md` says what the code does.
struct EventDocumentTests {
    private static func text() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "docs/events.md"), encoding: .utf8)
    }

    /// The fenced blocks of one kind, without their fences.
    private static func blocks(_ kind: String) throws -> [String] {
        try text().components(separatedBy: "\n```\(kind)\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```\n").first
        }
    }

    /// The words in the first column of the table under this heading.
    private static func firstColumn(under heading: String) throws -> [String] {
        let table = try text().components(separatedBy: "\n\(heading)\n").dropFirst().first ?? ""
        return table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
            .compactMap { $0.firstMatch(of: /^\| `(\w+)`/).map { String($0.output.1) } }
    }

    @Test func everyExampleIsWhatWouldBePublished() throws {
        let examples = try Self.blocks("json").flatMap { $0.split(separator: "\n").map { String($0) } }
        #expect(examples.count >= 7)
        for example in examples {
            let event = try #require(StatusEvent(json: try JSON(parsing: example), tenant: "default"))
            #expect(event.json.text == example)
        }
    }

    @Test func everyFrameIsWhatWouldBeSent() throws {
        let frames = try Self.blocks("sse").map { $0 + "\n" }
        let data = try #require(frames.first?.firstMatch(of: /data: (.*)/)?.output.1)
        let event = try #require(StatusEvent(json: try JSON(parsing: String(data)), tenant: "default"))
        #expect(frames == [ServerSentEvent(event).text, ServerSentEvent(ResyncReason.eventsLost).text])
    }

    @Test func theTableNamesEveryMemberInItsOrder() throws {
        var event = StatusEvent.sample(1)
        event.route = .email
        event.previous = .pending
        event.outcome = "accepted"
        event.attempt = 1
        event.provider = "smtp"
        event.device = "phone"
        event.failure = .permitLost
        #expect(
            try Self.firstColumn(under: "| member | type | when | what |") == event.json.object?.members.map(\.name))
    }

    @Test func theTableNamesEveryReasonToReadAgain() throws {
        let named = try Self.firstColumn(under: "| reason | what happened | the stream |")
        #expect(named == ResyncReason.allCases.map(\.rawValue))
    }
}
