import Testing

@testable import BelfryClient

struct EventStreamParserTests {
    private func events(_ pieces: String..., maximumBytes: Int = 1000) throws -> [EventStreamParser.Event] {
        var parser = EventStreamParser(maximumBytes: maximumBytes)
        return try pieces.flatMap { try parser.append($0.utf8) }
    }

    @Test(arguments: ["\n", "\r", "\r\n"])
    func everyKindOfLineBreakEndsALine(end: String) throws {
        let text = "retry: 2000\n\nid: 7\nevent: status\ndata: {\ndata: }\n\n: heartbeat\n\ndata:x\n\n"
        #expect(
            try events(text.replacing("\n", with: end)) == [
                .init(id: "7", name: "status", data: ["{", "}"]), .init(data: ["x"]),
            ])
    }

    @Test func anEventMayComeByteByByte() throws {
        var parser = EventStreamParser(maximumBytes: 1000)
        let found = try "id: 7\r\ndata: åäö\r\n\r\n".utf8.flatMap { try parser.append([$0]) }
        #expect(found == [.init(id: "7", data: ["åäö"])])
    }

    @Test func whatIsNotEndedIsNotYetAnEvent() throws {
        #expect(try events("data: a\n", "data: b").isEmpty)
    }

    @Test func oneEventMayNotBeEndless() throws {
        let long = "data: " + String(repeating: "x", count: 100)
        #expect(throws: BelfryClientError.answerTooLarge) { _ = try events(long, maximumBytes: 100) }
        #expect(try events(long + "\n\n" + long + "\n\n", maximumBytes: 110).count == 2)
    }
}
