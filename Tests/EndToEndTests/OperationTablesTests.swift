import ArgumentParser
import BelfryClient
import Foundation
import Notifications
import Testing

@testable import belfry

struct OperationTablesTests {
    @Test func aQueueIsOneLineAndOneForEachPriorityThatThereIs() throws {
        let json: JSON = [
            "route": "push.fcm", "paused": false, "state": "open", "boundBy": "tokens", "scheduled": 3, "leased": 64,
            "ready": ["critical": 0, "high": 0, "medium": 1200, "low": 7], "inFlight": ["medium": 64],
            "oldest": ["critical": nil, "high": nil, "medium": .number("75.5"), "low": .number("7200.1")],
            "inPerSecond": ["medium": .number("0.25"), "low": .number("0.04")],
            "outPerSecond": ["medium": .number("150.3")], "timeToDrain": ["medium": .number("8.0")],
            "total": [
                "ready": 1207, "oldest": .number("7200.1"), "inFlight": 64, "inPerSecond": .number("0.29"),
                "outPerSecond": .number("150.3"), "timeToDrain": .number("8.05"),
            ],
        ]
        let queues = [
            try #require(QueueReport(json: json)),
            try #require(QueueReport(json: ["route": "sms", "paused": true, "state": "paused"])),
        ]
        #expect(
            QueuesCommand.Show.table(queues).lines(width: 80, hasColor: false) == [
                "ROUTE     READY  OLDEST  IN/S  OUT/S  IN FLIGHT  DRAIN  SCHEDULED  BOUND BY",
                "push.fcm   1207      2h   0.3    150         64     8s          3  tokens",
                "  medium   1200      1m   0.3    150         64     8s             ",
                "  low         7      2h     0      0          0      -             ",
                "sms           0             0      0          0                 0  pause",
            ])
        #expect(QueueReport(json: ["paused": true]) == nil)
    }

    @Test func drainingIsSaidInALineEach() throws {
        func line(_ state: String, _ leased: Int, permits: Int? = nil) throws -> String {
            let json: JSON = [
                "route": "sms", "state": .string(state), "leased": JSON(leased),
                "permits": permits.map { JSON($0) } ?? nil,
            ]
            return DrainScreen.line(try #require(QueueReport(json: json)))
        }
        #expect(try line("paused", 3) == "draining sms: 3 in flight")
        #expect(try line("paused", 0, permits: 2) == "draining sms: 2 in flight")
        #expect(try line("open", 0) == "draining sms: Redis has not heard of it yet")
        #expect(try line("paused", 0, permits: 0) == "drained sms")
    }

    @Test func aProviderIsOneLine() throws {
        let json: JSON = [
            "route": "email", "provider": "ses", "limits": ["ratePerSecond": 14, "burst": 28, "maxConcurrent": 20],
            "tokens": 3, "inFlight": 20, "blockedUntil": "2026-12-01T08:00:30Z", "circuit": "closed",
            "failurePercent": 4, "latencyMilliseconds": .number("31.5"),
        ]
        let failing: JSON = [
            "route": "sms", "provider": "vonage", "circuit": "open", "circuitUntil": "2026-12-01T08:00:07Z",
            "failurePercent": 100, "latencyMilliseconds": 15_000,
        ]
        let providers = [
            try #require(ProviderReport(json: json)),
            try #require(ProviderReport(json: ["route": "sms", "provider": "sns"])),
            try #require(ProviderReport(json: failing)),
            try #require(ProviderReport(json: ["route": "sms", "provider": "twilio", "circuit": "halfOpen"])),
        ]
        let now = try #require(Timestamp.date("2026-12-01T08:00:00Z"))
        #expect(
            ProvidersCommand.Show.table(providers, at: now).lines(width: nil, hasColor: false) == [
                "ROUTE  PROVIDER  RATE/S  BURST  TOKENS  CONCURRENT  IN FLIGHT  FAILING  LATENCY  STATE",
                "email  ses         14.0     28       3          20         20       4%     32ms  waits 30s",
                "sms    sns            -      -       -           -          -        -        -  ready",
                "sms    vonage         -      -       -           -          -     100%  15000ms  fails, tried again in 7s",
                "sms    twilio         -      -       -           -          -        -        -  being tried",
            ])
        #expect(ProviderReport(json: ["route": "email"]) == nil)
    }

    @Test func aDeadLetterIsOneLine() throws {
        let letter = try #require(
            DeadLetter(json: [
                "notificationId": "01a1", "route": "email", "userId": "u42", "attempts": 5, "provider": "smtp",
                "reason": ["code": "timeout", "detail": "No answer."], "diedAt": "2026-12-01T08:00:00.123Z",
            ]))
        #expect(
            DeadLettersCommand.List.table([letter]).lines(width: nil, hasColor: false).last
                == "2026-12-01T08:00:00Z  01a1          email  u42          5  smtp      timeout  No answer.")
    }

    @Test(arguments: [(0.4, "0s"), (59.9, "59s"), (60, "1m"), (7199, "1h"), (200_000, "2d")])
    func anAgeIsSaidInItsLargestUnit(seconds: Double, text: String) {
        #expect(seconds.briefSeconds == text)
    }

    @Test func timesMayBeSaidAsAgo() throws {
        let now = Date(timeIntervalSince1970: 1_790_000_000)
        let options = try DeadLetterOptions.parse(["--since", "2h", "--until", "2026-09-21T13:00:00Z"])
        #expect(try options.query(at: now).since == now.addingTimeInterval(-7200))
        #expect(try options.query(at: now).until == Timestamp.date("2026-09-21T13:00:00Z"))
    }

    @Test(arguments: [
        ["dead-letters", "redrive"], ["dead-letters", "redrive", "--all", "--route", "email"],
        ["dead-letters", "--limit", "0"], ["dead-letters", "--since", "yesterday"], ["queues", "pause"],
        ["queues", "pause", "pigeon"], ["queues", "--watch", "--json"], ["queues", "drain"],
        ["queues", "drain", "email", "pigeon"], ["queues", "drain", "email", "--timeout", "soon"],
        ["keys", "rotate", "x", "--overlap", "soon"],
        ["providers", "limit", "ses", "--route", "email"],
        ["providers", "limit", "ses", "--route", "email", "--burst", "3", "--max-concurrent", "3"],
        ["providers", "limit", "ses", "--route", "email", "--rate", "3", "--none"],
    ])
    func whatIsNotSaidClearlyIsRefused(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { _ = try Belfry.parseAsRoot(arguments) }
        #expect(error.map { Belfry.exitCode(for: $0) } == .validationFailure)
    }
}
