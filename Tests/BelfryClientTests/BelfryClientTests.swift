import Notifications
import TestSupport
import Testing

@testable import BelfryClient

/// What a peer may do that is no Belfry, or a Belfry in trouble.
struct BelfryClientTests {
    private func configuration(_ server: LoopbackServer) -> BelfryClientConfiguration {
        var configuration = BelfryClientConfiguration(url: "http://127.0.0.1:\(server.port)/", key: "bf_live_secret")
        configuration.timeout = .seconds(30)
        configuration.maximumAnswerBytes = 1000
        configuration.reconnectPause = .milliseconds(1)
        return configuration
    }

    private func answer(_ status: String, _ body: String, _ headers: String = "") -> LoopbackServer.Reply {
        .text("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// What a call comes to with this reply.
    private func failure(
        _ reply: LoopbackServer.Reply, change: (inout BelfryClientConfiguration) -> Void = { _ in }
    ) async throws -> BelfryClientError? {
        try await LoopbackServer.run(reply: { _ in reply }) { server in
            var configuration = configuration(server)
            change(&configuration)
            do {
                _ = try await BelfryClient.run(configuration) { try await $0.queues() }
                return nil
            } catch let error as BelfryClientError {
                return error
            }
        }
    }

    @Test func brokenAnswersAreTellingErrors() async throws {
        let page = "<html>\(String(repeating: "x", count: 900))</html>"
        #expect(try await failure(answer("200 OK", page)) == .malformedAnswer)
        #expect(try await failure(answer("200 OK", "{}")) == .malformedAnswer)
        #expect(try await failure(answer("200 OK", page + page)) == .answerTooLarge)
        #expect(try await failure(.close) == .connectionLost)
        #expect(try await failure(answer("502 Bad Gateway", page))?.code == "http502")
    }

    @Test func anAnswerThatNeverEndsIsGivenUpInTime() async throws {
        let drip = LoopbackServer.Reply.endless(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk: "1\r\n \r\n", pause: .milliseconds(10))
        #expect(try await failure(drip) { $0.timeout = .milliseconds(200) } == .timedOut)
        #expect(try await failure(.silence) { $0.timeout = .milliseconds(200) } == .timedOut)
    }

    @Test func aRedirectIsNotFollowed() async throws {
        try await LoopbackServer.run(reply: { _ in answer("302 Found", "", "Location: /elsewhere\r\n") }) { server in
            await #expect(throws: BelfryClientError.self) {
                try await BelfryClient.run(configuration(server)) { try await $0.queues() }
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func whereNobodyListensIsSaidAtOnce() async throws {
        let port = try await LoopbackServer.run(reply: { _ in .close }) { $0.port }
        let gone = BelfryClientConfiguration(url: "http://127.0.0.1:\(port)", key: "k")
        await #expect(throws: BelfryClientError.unreachable) {
            try await BelfryClient.run(gone) { try await $0.queues() }
        }
    }

    @Test(arguments: ["", "localhost", "ftp://host", "http://", "http://u:p@host", "http://host?x=1"])
    func aURLThatIsNoneIsRefused(url: String) async {
        await #expect(throws: BelfryClientError.invalidURL) {
            try await BelfryClient.run(BelfryClientConfiguration(url: url, key: "k")) { _ in }
        }
    }

    @Test func whatUsersTypeStaysOneSegment() async throws {
        try await LoopbackServer.run(reply: { _ in answer("200 OK", #"{"items":[]}"#) }) { server in
            try await BelfryClient.run(configuration(server)) { client in
                _ = try await client.pause("../keys?x=1#ä")
                var query = DeadLetterQuery()
                query.code = "a&b=c"
                _ = try await client.deadLetters(query, limit: 5, after: "n+1")
            }
            let lines = server.requests.compactMap { $0.split(separator: "\r\n").first }
            #expect(
                lines == [
                    "POST /v1/queues/..%2Fkeys%3Fx%3D1%23%C3%A4/pause HTTP/1.1",
                    "GET /v1/dead-letters?code=a%26b%3Dc&limit=5&after=n%2B1 HTTP/1.1",
                ])
        }
    }

    @Test func anEmptyRedriveSaysThatItMeansAll() async throws {
        try await LoopbackServer.run(reply: { _ in answer("200 OK", #"{"matched":3,"redriven":2,"remaining":true}"#) })
        {
            server in
            let report = try await BelfryClient.run(configuration(server)) {
                try await $0.redrive(DeadLetterQuery(), limit: 10, dryRun: false)
            }
            #expect(report.matched == 3 && report.redriven == 2 && report.remaining)
            let body = server.requests.first?.split(separator: "\r\n\r\n").last ?? ""
            #expect(try JSON(parsing: String(body)) == ["limit": 10, "dryRun": false, "all": true])
        }
    }

    @Test func aBrokenStreamIsTakenUpWhereItWas() async throws {
        let event =
            #"{"notificationId":"01a1fbc7-0000-7000-8000-000000000001","status":"sent","at":"2026-11-21T01:00:00Z"}"#
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        try await LoopbackServer.run(reply: { number in
            switch number {
            case 0: .textThenClose("\(head)retry: 2000\n\nid: 41\nevent: status\ndata: \(event)\n\n")
            case 1: answer("503 Service Unavailable", "{}")
            case 2: .textThenClose("\(head)event: resync\ndata: {}\n\n")
            default: answer("401 Unauthorized", #"{"code":"unauthorized"}"#)
            }
        }) { server in
            var seen: [String] = []
            do {
                try await BelfryClient.run(configuration(server)) { client in
                    try await client.events(EventQuery(userId: "u1", channels: [.push, .email])) { news in
                        switch news {
                        case .opened: seen.append("opened")
                        case .resync: seen.append("resync")
                        case .event(let event): seen.append(event.status)
                        }
                        return true
                    }
                }
            } catch let error as BelfryClientError {
                seen.append(error.code)
            }
            #expect(seen == ["opened", "sent", "opened", "resync", "unauthorized"])
            let requests = server.requests
            #expect(
                requests[0].contains("GET /v1/events/stream?userId=u1&channel=email,push")
                    || requests[0].contains("GET /v1/events/stream?userId=u1&channel=email%2Cpush"))
            #expect(!requests[0].contains("last-event-id"))
            #expect(requests.dropFirst().allSatisfy { $0.contains("last-event-id: 41") })
        }
    }

    @Test func theKeyIsNotShown() {
        let configuration = BelfryClientConfiguration(url: "http://host", key: "bf_live_secret")
        #expect(!"\(configuration)".contains("secret") && !String(reflecting: configuration).contains("secret"))
    }
}
