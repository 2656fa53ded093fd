import TestSupport
import Testing

@testable import SMTP

/// Postfix's `smtp-sink`, which fails where it is told to.
@Suite struct SinkTests {
    /// Flags, and what a message comes to.
    static let failures: [([String], String)] = [
        ([], "accepted"),
        // Without EHLO; without pipelining.
        (["-e"], "accepted"), (["-p"], "accepted"), (["-p", "-8", "-F"], "accepted"),
        (["-q", "connect"], "notSent The connection broke (greeting)."),
        (["-q", "mail"], "notSent The connection broke (sender)."),
        (["-q", "rcpt"], "notSent The connection broke (recipient)."),
        (["-q", "data"], "notSent The connection broke (data)."),
        // The case that nobody can tell: it took the dot and hung up.
        (["-q", "."], "unknown The connection broke (content)."),
        (["-r", "mail"], "450 4.3.0 sender"), (["-r", "rcpt"], "450 4.3.0 recipient"),
        (["-r", "data"], "450 4.3.0 data"), (["-r", "."], "450 4.3.0 content"),
        (["-f", "mail"], "500 5.3.0 sender"), (["-f", "rcpt"], "500 5.3.0 recipient"),
        (["-f", "data"], "500 5.3.0 data"), (["-f", "."], "500 5.3.0 content"),
        (["-f", "connect"], "notSent The server answered 500 5.3.0 to greeting."),
    ]

    @Test(arguments: failures)
    func failureIsToldFromSuccess(flags: [String], outcome: String) async throws {
        try await ForeignPeer.sink(flags) { sink in
            try await withClient(sink.port) { client in
                let outcomes = await client.send(to: "ann@example.com").map(\.summary)
                #expect(outcomes == [outcome])
            }
        }
    }

    @Test func connectionThatTheServerClosedMeanwhileIsReplaced() async throws {
        let port = try ReservedPort()
        try await withClient(port.number) { client in
            for _ in 1...3 {
                try await ForeignPeer.sink([], port: port) { _ in
                    for _ in 1...2 {
                        #expect(await client.send(to: "ann@example.com").map(\.summary) == ["accepted"])
                    }
                }
            }
        }
    }

    @Test func manyMessagesShareFewConnections() async throws {
        try await ForeignPeer.sink(["-v"]) { sink in
            try await withClient(
                sink.port,
                {
                    $0.maximumConnections = 4
                    $0.messagesPerConnection = 25
                },
                { client in
                    let outcomes = await withTaskGroup(of: String.self) { group in
                        for _ in 1...200 {
                            group.addTask { await client.send(to: "ann@example.com").map(\.summary).joined() }
                        }
                        return await group.reduce(into: Set<String>()) { $0.insert($1) }
                    }
                    #expect(outcomes == ["accepted"])
                })
            try await eventually("all connections are closed") {
                sink.lines.count { $0.contains("disconnect") } >= 8
            }
            // 200 messages, 25 on each connection, and the one by which the test saw that it listens.
            #expect(sink.lines.count { $0.contains("connect (") } <= 9 + 4)
        }
    }
}
