import Documents
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Notifications
import Telemetry
import Testing

@testable import API

/// A doorkeeper on a connection without a network, before a writer that is as full as a test wants.
private final class Door {
    let channel = EmbeddedChannel()
    let registry = MetricsRegistry()

    /// - Parameter waiting: how full the writer is, of 100.
    init(waiting: Int) throws {
        let routes = [APIRoute(method: .post, path: Doorkeeper.path, scope: .send)]
        let refusal = Refusal(RequestMetrics(registry, routes: routes))
        let gate = LoadGate(registry, crowd: 64) { WriterPressure(waiting: waiting, capacity: 100, oldestWait: .zero) }
        try channel.pipeline.syncOperations.addHandler(Doorkeeper(gate, refusal))
    }

    /// All in one reading, which does not end with it.
    func receive(_ parts: HTTPServerRequestPart...) {
        for part in parts { channel.pipeline.syncOperations.fireChannelRead(NIOAny(part)) }
    }

    func endReading() { channel.pipeline.fireChannelReadComplete() }

    /// What was passed on.
    func passed() throws -> [HTTPServerRequestPart] {
        var parts: [HTTPServerRequestPart] = []
        while let part = try channel.readInbound(as: HTTPServerRequestPart.self) { parts.append(part) }
        return parts
    }

    /// The answers given at the door, each with its body.
    func answers() throws -> [(head: HTTPResponseHead, body: JSON)] {
        var answers: [(head: HTTPResponseHead, body: JSON)] = []
        var body: [UInt8] = []
        while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
            switch part {
            case .head(let head): answers.append((head, .null))
            case .body(.byteBuffer(let buffer)): body += buffer.readableBytesView
            case .body: Issue.record("a file was sent")
            case .end:
                #expect(answers.last?.head.headers["content-length"] == ["\(body.count)"])
                answers[answers.count - 1].body = try JSON(parsing: body)
                body = []
            }
        }
        return answers
    }
}

struct DoorkeeperTests {
    private func head(_ method: HTTPMethod = .POST, _ uri: String = "/v1/notifications") -> HTTPServerRequestPart {
        .head(HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: ["x-request-id": "mine"]))
    }

    private func body(_ priority: String) -> HTTPServerRequestPart {
        .body(ByteBuffer(string: #"{"to":{"userId":"u"},"title":"x","priority":"\#(priority)"}"#))
    }

    @Test func whoeverIsSentAwayGetsTheProblemThatEverybodyGets() throws {
        let door = try Door(waiting: 50)
        door.receive(head(), body("low"), .end(nil))
        #expect(try door.passed().isEmpty)
        let answers = try door.answers()
        let answer = try #require(answers.first)
        #expect(answer.head.status == .serviceUnavailable)
        #expect(answer.head.headers["content-type"] == ["application/problem+json"])
        #expect(answer.head.headers["x-request-id"] == ["mine"])
        #expect((1...5).contains(answer.head.headers["retry-after"].first.flatMap { Int($0) } ?? 0))
        #expect(answer.body == Problem.overloaded.json(instance: "/v1/notifications", requestId: "mine"))
    }

    /// By how full the writer is, of 100: who is let in.
    @Test(arguments: [
        (0, ["critical", "high", "medium", "low"]), (50, ["critical", "high", "medium"]), (75, ["critical", "high"]),
        (90, ["critical"]), (100, ["critical"]),
    ])
    func theLeastUrgentAreSentAwayFirst(waiting: Int, expected: [String]) throws {
        let letIn = try Priority.allCases.map(\.name).filter { priority in
            let door = try Door(waiting: waiting)
            let parts = [head(), body(priority), .end(nil)]
            door.receive(head(), body(priority), .end(nil))
            let passed = try door.passed()
            #expect(passed == parts || passed.isEmpty)
            #expect(try door.answers().count == (passed.isEmpty ? 1 : 0))
            return !passed.isEmpty
        }
        #expect(letIn == expected)
    }

    @Test func aConnectionGoesOnAfterIt() throws {
        let door = try Door(waiting: 100)
        for _ in 0..<3 { door.receive(head(), body("high"), .end(nil)) }
        #expect(try door.answers().count == 3)
        door.receive(head(), body("critical"), .end(nil))
        #expect(try door.passed().count == 3)
    }

    @Test func theCountsSayWhoWasSentAway() async throws {
        let door = try Door(waiting: 75)
        for priority in ["low", "medium", "medium", "critical"] {
            door.receive(head(), body(priority), .end(nil))
        }
        let text = await door.registry.text()
        #expect(text.contains(#"belfry_shed_requests_total{priority="low"} 1"#))
        #expect(text.contains(#"belfry_shed_requests_total{priority="medium"} 2"#))
        #expect(text.contains(#"belfry_shed_requests_total{priority="high"} 0"#))
        #expect(text.contains(#"belfry_requests_total{method="POST",path="/v1/notifications",status="5xx"} 3"#))
    }

    /// What it cannot judge it passes on as it came.
    @Test func whatComesInPiecesIsPassedOn() throws {
        let door = try Door(waiting: 100)
        door.receive(head())
        #expect(try door.passed().isEmpty)
        door.endReading()
        #expect(try door.passed() == [head()])
        door.receive(body("low"), .end(nil))
        #expect(try door.passed() == [body("low"), .end(nil)])
        #expect(try door.answers().isEmpty)
    }

    @Test(arguments: [
        (HTTPMethod.GET, "/v1/notifications"), (.POST, "/v1/notifications?x=1"), (.POST, "/v1/dead-letters/redrive"),
    ])
    func whatIsNoRequestToNotifyIsPassedOn(method: HTTPMethod, uri: String) throws {
        let door = try Door(waiting: 100)
        door.receive(head(method, uri), body("low"), .end(nil))
        #expect(try door.passed() == [head(method, uri), body("low"), .end(nil)])
    }

    /// The second would be answered before the first.
    @Test func whatComesAheadOfAnAnswerIsPassedOn() throws {
        let door = try Door(waiting: 100)
        door.receive(head(.GET), .end(nil), head(), body("low"), .end(nil))
        #expect(try door.passed().count == 5)
        for _ in 0..<2 {
            try door.channel.writeOutbound(
                HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .ok)))
            try door.channel.writeOutbound(HTTPServerResponsePart.end(nil))
        }
        while try door.channel.readOutbound(as: HTTPServerResponsePart.self) != nil {}
        door.receive(head(), body("low"), .end(nil))
        #expect(try door.answers().count == 1)
    }

    @Test func aBodyInPartsOfOneReadingIsOneBody() throws {
        let door = try Door(waiting: 100)
        door.receive(
            head(), .body(ByteBuffer(string: #"{"to":[{"userId":"u"}],"prio"#)),
            .body(ByteBuffer(string: #"rity":"high"}"#)), .end(nil))
        #expect(try door.answers().count == 1)
    }
}
