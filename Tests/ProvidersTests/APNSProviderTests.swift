import Foundation
import HTTPTypes
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

/// Against a strict stand-in.
@Suite struct APNSProviderTests {
    private static let now = Date(timeIntervalSince1970: 1_769_851_860)

    @Test func everyKindOfMessageIsTaken() async throws {
        try await withAPNS { peer, provider in
            let everything: JSON = [
                "badge": 3, "sound": "default", "subtitle": "S", "threadId": "t", "category": "c", "mutable": true,
                "collapseId": .string(String(repeating: "c", count: 64)), "ttl": "1h",
            ]
            for attempt in [
                DeliveryAttempt.push(.apns, token: "ABCD"),
                .push(.apns, token: "abcd", data: JSONObject([("n", 1)]), overrides: everything, priority: .critical),
                .push(.apns, token: "abcd", overrides: ["silent": true], priority: .critical),
                .push(.apns, token: "abcd", priority: .low, expiresAt: Self.now),
            ] {
                let outcome = await provider.deliver(attempt)
                #expect(outcome == .accepted(providerMessageId: try PushMessage(attempt, at: Self.now).id.text))
            }
            try await eventually("all are told") { peer.lines.count == 4 }
            let id = #""notificationId":"01980000-0000-7000-8000-000000000001"}"#
            let alert = #""alert":{"title":"Hello","body":"World"}"#
            let told = peer.lines.map { line in String(line.drop { $0 != " " }.dropFirst()) }
            #expect(
                told == [
                    "200 alert 10 - - {\"aps\":{\(alert)},\(id)",
                    "200 alert 10 1769855460 \(String(repeating: "c", count: 64)) {\"aps\":{\"badge\":3,"
                        + #""sound":"default","thread-id":"t","category":"c","mutable-content":1,"#
                        + #""alert":{"title":"Hello","subtitle":"S","body":"World"}},"n":1,"# + id,
                    "200 background 5 - - {\"aps\":{\"content-available\":1},\(id)",
                    "200 alert 5 0 - {\"aps\":{\(alert)},\(id)",
                ])
            #expect(Set(peer.lines.map { $0.prefix { $0 != " " } }).count == 1)
        }
    }

    /// The first request of each goes alone; the stand-in closes the connection of whoever sends more.
    @Test func manyAtOnceShareAFewConnectionsWhichBeginWithOneRequest() async throws {
        try await withAPNS { peer, provider in
            let outcomes = await withTaskGroup { group in
                for _ in 0..<200 { group.addTask { await provider.deliver(.push(.apns, token: "abcd")).name } }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes == Array(repeating: "accepted", count: 200))
            try await eventually("all are told") { peer.lines.count == 200 }
            #expect(Set(peer.lines.map { $0.prefix { $0 != " " } }).count <= 32)
        }
    }

    @Test(arguments: [("60a3", "requestRefused"), ("4ef0", "requestRefused")])
    func requestThatTheConnectionLeftOutIsTriedAgain(token: String, code: String) async throws {
        try await withAPNS { _, provider in
            #expect(await provider.deliver(.push(.apns, token: "abcd")).name == "accepted")
            let outcome = await provider.deliver(.push(.apns, token: token))
            #expect(outcome.name == "retry" && outcome.failure?.code == code)
            #expect(await provider.deliver(.push(.apns, token: "abcd")).name == "accepted")
        }
    }

    @Test func whoSpeaksNoHTTP2IsNotApple() async throws {
        try await TestCertificateFiles.with { files in
            try await LoopbackServer.run(tls: files.serverContext(), reply: { _ in .close }) { server in
                try await withOutbound(authority: files.authority) { outbound in
                    let configuration = try APNSConfiguration.test("https://localhost:\(server.port)")
                    let provider = APNSProvider(configuration: configuration, outbound: outbound)
                    let outcome = await provider.deliver(.push(.apns, token: "abcd"))
                    #expect(outcome.name == "authentication" && outcome.failure?.code == "noHTTP2")
                    #expect(server.requests.isEmpty)
                }
            }
        }
    }

    @Test(arguments: [("0410", "invalidRecipient", "Unregistered"), ("0503", "retry", "ServiceUnavailable")])
    func reasonIsTheOutcomesCode(token: String, outcome: String, code: String) async throws {
        try await withAPNS { _, provider in
            let came = await provider.deliver(.push(.apns, token: token))
            #expect(came.name == outcome && came.failure?.code == code)
        }
    }

    /// The stand-in takes tokens made from a second after the first one on. That may not be replaced at once.
    @Test func expiredTokenIsReplacedOnceButNotTooSoon() async throws {
        let time = ManualTime(Self.now)
        try await withAPNS(staleBefore: Int(Self.now.timeIntervalSince1970) + 1, now: { time.now }) { peer, provider in
            #expect(await provider.deliver(.push(.apns, token: "abcd")).name == "authentication")
            time.advance(APNSTokens.shortestLife - 1)
            #expect(await provider.deliver(.push(.apns, token: "abcd")).name == "authentication")
            time.advance(1)
            #expect(await provider.deliver(.push(.apns, token: "abcd")).name == "accepted")
            try await eventually("all are told") { peer.lines.count == 6 }
            #expect(peer.lines.dropLast().allSatisfy { $0.hasSuffix("403 ExpiredProviderToken") })
        }
    }

    @Test func tokenIsMadeAnewAfterFiftyMinutes() throws {
        let tokens = APNSTokens(try .test("http://127.0.0.1:1"))
        let first = try tokens.token(at: Self.now)
        #expect(try tokens.token(at: Self.now + 49 * 60) == first)
        #expect(try tokens.token(at: Self.now + 50 * 60) != first)
        let second = try tokens.token(at: Self.now + 50 * 60)
        #expect(try tokens.token(insteadOf: first, at: Self.now + 51 * 60) == second)
        #expect(try tokens.token(insteadOf: second, at: Self.now + 69 * 60) == second)
        #expect(try tokens.token(insteadOf: second, at: Self.now + 70 * 60) != second)
    }

    @Test func deviceSaysTheEnvironmentAndTheApp() async throws {
        try await withProvider { provider in
            let requests = try [
                (nil, nil), ("production", nil), ("sandbox", nil), (nil, "com.x.voip"),
            ].map { environment, app in
                let attempt = DeliveryAttempt.push(.apns, token: "AB", app: app, environment: environment)
                return try provider.request(for: PushMessage(attempt, at: Self.now))
            }
            let (production, sandbox) = ("http://127.0.0.1:1/3/device/ab", "http://127.0.0.1:2/3/device/ab")
            #expect(requests.map(\.url) == [production, production, sandbox, production])
            let topics = requests.map { request in request.headers.first { $0.name == "apns-topic" }?.value }
            #expect(topics == ["com.example.shop", "com.example.shop", "com.example.shop", "com.x.voip"])
        }
    }

    @Test(arguments: [
        ("xyz", nil, JSONObject(), "BadDeviceToken"), ("../../4", nil, JSONObject(), "BadDeviceToken"),
        ("", nil, JSONObject(), "BadDeviceToken"), ("ab", "a b", JSONObject(), "BadTopic"),
        ("ab", "a\r\nx: y", JSONObject(), "BadTopic"), ("ab", nil, JSONObject([("aps", [:])]), "reservedKey"),
        ("ab", nil, JSONObject([("x", .string(String(repeating: "x", count: 4096)))]), "tooLarge"),
    ])
    func whatCannotBeSentIsNot(token: String, app: String?, data: JSONObject, code: String) async throws {
        try await withProvider { provider in
            let outcome = await provider.deliver(.push(.apns, token: token, app: app, data: data))
            #expect(outcome.name == "rejected" && outcome.failure?.code == code)
        }
    }

    @Test(arguments: [
        (400, "BadDeviceToken", "production", "invalidRecipient"), (400, "BadDeviceToken", nil, "rejected"),
        (400, "DeviceTokenNotForTopic", nil, "invalidRecipient"), (400, "BadCollapseId", nil, "rejected"),
        (400, "PayloadEmpty", nil, "rejected"), (400, "MissingTopic", nil, "authentication"),
        (400, "TopicDisallowed", nil, "authentication"), (400, "IdleTimeout", nil, "retry"),
        (403, "InvalidProviderToken", nil, "authentication"),
        (403, "BadEnvironmentKeyIdInToken", nil, "authentication"),
        (403, "BadEnvironmentKeyInToken", nil, "authentication"), (403, "UnrelatedKeyIdInToken", nil, "authentication"),
        (404, "BadPath", nil, "rejected"), (405, "MethodNotAllowed", nil, "rejected"),
        (410, "Unregistered", nil, "invalidRecipient"), (410, "ExpiredToken", nil, "invalidRecipient"),
        (413, "PayloadTooLarge", nil, "rejected"), (429, "TooManyRequests", nil, "throttled"),
        (429, "TooManyProviderTokenUpdates", nil, "throttled"), (500, "InternalServerError", nil, "retry"),
        (503, "Shutdown", nil, "retry"), (418, "Teapot", nil, "rejected"), (599, "Unheard", nil, "retry"),
    ])
    func reasonComesToItsOutcome(status: Int, reason: String, environment: String?, outcome: String) {
        let body = Array(#"{"reason":"\#(reason)"}"#.utf8)
        let response = OutboundResponse(status: status, body: body)
        let came = APNSVerdict(response: response, isEnvironmentKnown: environment != nil, now: Self.now).outcome
        #expect(came.name == outcome && came.failure?.code == reason)
    }

    /// A change to the request that we make, and what the stand-in says to it: it would see our mistakes.
    struct Mutation: Sendable, CustomTestStringConvertible {
        var reason: String
        var change: @Sendable (inout OutboundRequest) -> Void
        var testDescription: String { reason }

        static func header(_ name: String, _ value: String?, _ reason: String) -> Mutation {
            Mutation(reason: reason) { request in
                request.headers.removeAll { $0.name == name }
                if let value { request.headers.append((name, value)) }
            }
        }
    }

    @Test(arguments: [
        Mutation.header("apns-topic", nil, "MissingTopic"), .header("apns-topic", "a b", "BadTopic"),
        .header("apns-topic", "com.example.other", "DeviceTokenNotForTopic"),
        .header("apns-push-type", nil, "InvalidPushType"), .header("apns-push-type", "background", "InvalidPushType"),
        .header("apns-priority", "11", "BadPriority"), .header("apns-expiration", "tomorrow", "BadExpirationDate"),
        .header("apns-collapse-id", String(repeating: "c", count: 65), "BadCollapseId"),
        .header("apns-id", "ABCDEF01-0000-7000-8000-000000000001", "BadMessageId"),
        .header("authorization", nil, "MissingProviderToken"),
        .header("authorization", "bearer a.b.c", "InvalidProviderToken"),
        Mutation(reason: "DuplicateHeaders") { $0.headers.append(("apns-id", "x")) },
        Mutation(reason: "MethodNotAllowed") { $0.method = .put },
        Mutation(reason: "BadPath") { $0.url = $0.url.replacing("/3/", with: "/2/") },
        Mutation(reason: "BadDeviceToken") { $0.url = $0.url.replacing("abcd", with: "ABCD") },
        Mutation(reason: "PayloadEmpty") { $0.body = [] },
        Mutation(reason: "PayloadTooLarge") { $0.body += Array(repeating: UInt8(ascii: " "), count: 4096) },
    ])
    func standInRefusesWhatAppleRefuses(mutation: Mutation) async throws {
        try await TestCertificateFiles.with { files in
            try await APNSPeer.run(files) { peer in
                try await withOutbound(authority: files.authority) { outbound in
                    let configuration = try APNSConfiguration.test("https://localhost:\(peer.port)")
                    let provider = APNSProvider(configuration: configuration, outbound: outbound)
                    var request = try provider.request(for: PushMessage(.push(.apns, token: "abcd"), at: .now))
                    let token = try APNSTokens(configuration).token(at: .now)
                    request.headers.append(("authorization", "bearer \(token)"))
                    #expect(try await outbound.services.send(request, timeout: .seconds(10)).status == 200)
                    mutation.change(&request)
                    let body = try await outbound.services.send(request, timeout: .seconds(10)).body
                    #expect(try JSON(parsing: body)["reason"] == .string(mutation.reason))
                }
            }
        }
    }

    private func withAPNS(
        staleBefore: Int = 0, now: @escaping @Sendable () -> Date = { now },
        _ body: (ForeignPeer, APNSProvider) async throws -> Void
    ) async throws {
        try await TestCertificateFiles.with { files in
            try await APNSPeer.run(files, staleBefore: staleBefore) { peer in
                try await withOutbound(authority: files.authority) { outbound in
                    let configuration = try APNSConfiguration.test("https://localhost:\(peer.port)")
                    try await body(peer, APNSProvider(configuration: configuration, outbound: outbound, now: now))
                }
            }
        }
    }

    /// With a provider that reaches nobody.
    private func withProvider(_ body: (APNSProvider) async throws -> Void) async throws {
        try await withOutbound { outbound in
            let configuration = try APNSConfiguration.test("http://127.0.0.1:1", sandbox: "http://127.0.0.1:2")
            try await body(APNSProvider(configuration: configuration, outbound: outbound))
        }
    }
}
