import Testing

@testable import Redis

@Suite struct RedisErrorTests {
    private static let neverSent: [RedisError] = [
        .invalidURL(reason: "x"), .unusableCertificates(reason: "x"), .untrusted(detail: "x"),
        .encryptionFailed(detail: "x"), .unreachable(detail: "x"), .notConnected(last: nil), .overloaded, .busy,
        .closed,
        .cancelled(sent: false), .timedOut(sent: false), .connectionLost(sent: false),
    ]
    private static let sent: [RedisError] = [
        .cancelled(sent: true), .timedOut(sent: true), .connectionLost(sent: true), .protocolViolation,
        .reply(prefix: "ERR", message: "x"),
    ]

    @Test(arguments: neverSent)
    func whatNeverLeftTheProcessSaysSo(_ error: RedisError) {
        #expect(error.wasNeverSent)
    }

    @Test(arguments: sent)
    func whatMayHaveTakenEffectSaysSo(_ error: RedisError) {
        #expect(!error.wasNeverSent)
    }

    @Test(arguments: neverSent + sent)
    func ofAPartlySentPipelineNothingSaysThatItWasNeverSent(_ error: RedisError) {
        #expect(!error.ofPartlySentPipeline.wasNeverSent)
        if !error.wasNeverSent { #expect(error.ofPartlySentPipeline == error) }
    }

    @Test(arguments: [
        RedisError.reply(prefix: "ERR", message: "unknown command, with args beginning with: 'hunter2'"),
        .reply(prefix: "hunter2", message: "says a script"),
        .reply(prefix: "", message: "hunter2"),
        .unreachable(detail: "hunter2"), .untrusted(detail: "hunter2"), .encryptionFailed(detail: "hunter2"),
        .notConnected(last: .reply(prefix: "WRONGPASS", message: "hunter2")),
    ])
    func descriptionShowsNothingOfTheReplyButItsCode(_ error: RedisError) {
        #expect(!"\(error)".contains("hunter2"))
        #expect(error.debugDescription.contains("hunter2"))
    }

    @Test func descriptionSaysWhyThereIsNoConnection() {
        let error = RedisError.notConnected(last: .reply(prefix: "WRONGPASS", message: "invalid"))
        #expect("\(error)" == "not connected to Redis (Redis answered WRONGPASS)")
    }
}
