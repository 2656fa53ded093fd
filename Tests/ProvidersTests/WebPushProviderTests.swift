import Crypto
import Foundation
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

@Suite struct WebPushProviderTests {
    private static let now = Date(timeIntervalSince1970: 1_769_851_860)
    private static let created = "HTTP/1.1 201 Created\r\nLocation: /message/m-1\r\nContent-Length: 0\r\n\r\n"

    /// RFC 8291, Appendix A, byte for byte.
    @Test func encryptionIsThatOfTheStandardsExample() throws {
        let fields = Fields(try #require(Browser.subscription(endpoint: "https://p.example/").object))
        var encryption = WebPushEncryption(for: try #require(WebPushSubscription(fields)))
        let key = try #require(Data(base64URL: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
        encryption.key = try P256.KeyAgreement.PrivateKey(rawRepresentation: key)
        encryption.salt = try #require(Data(base64URL: "DGv6ra1nlYgDCS1FRnbzlw"))
        let body = try encryption.encrypt(Array("When I grow up, I want to be a watermelon".utf8))
        let expected =
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
            + "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        #expect(Data(body).base64URL == expected)
    }

    @Test func everyMessageHasAKeyAndASaltOfItsOwn() throws {
        let fields = Fields(try #require(Browser.subscription(endpoint: "https://p.example/").object))
        let subscription = try #require(WebPushSubscription(fields))
        let bodies = try (0..<3).map { _ in try WebPushEncryption(for: subscription).encrypt([1]) }
        #expect(Set(bodies.map { $0.prefix(16) }).count == 3)
        #expect(Set(bodies.map { $0[21..<86] }).count == 3)
    }

    /// The reference implementation decrypts it with the browser's key, and `py_vapid` takes the authorization.
    @Test func othersCanDecryptTheBodyAndVerifyTheAuthorization() async throws {
        try await withPeer { peer, provider, endpoint in
            let attempt = DeliveryAttempt.push(
                .webPush, subscription: Browser.subscription(endpoint: endpoint), data: JSONObject([("a", [1, 2])]),
                overrides: ["link": "https://shop.example/"])
            #expect(await provider.deliver(attempt) == .accepted(providerMessageId: "m-1"))
            try await eventually("the peer tells") { peer.lines.count == 2 }
            let origin = "http://127.0.0.1:\(peer.port)"
            #expect(peer.lines[0] == "vapid \(origin) mailto:ops@example.com 43200")
            let expected =
                #"message {"title":"Hello","body":"World","link":"https://shop.example/","data":{"a":[1,2],"#
                + #""notificationId":"01980000-0000-7000-8000-000000000001"}}"#
            #expect(peer.lines[1] == expected)
        }
    }

    @Test func headersAreThoseOfTheStandard() async throws {
        try await LoopbackServer.run(reply: { _ in .text(Self.created) }) { server in
            try await withOutbound { outbound in
                let provider = WebPushProvider(configuration: try .test(), outbound: outbound, now: { Self.now })
                let subscription = Browser.subscription(endpoint: "http://127.0.0.1:\(server.port)/p")
                let collapsing: JSON = ["collapseId": "order-8812", "ttl": "1h"]
                for attempt in [
                    DeliveryAttempt.push(.webPush, subscription: subscription),
                    .push(.webPush, subscription: subscription, overrides: collapsing, priority: .critical),
                    .push(
                        .webPush, subscription: subscription, overrides: collapsing, priority: .low,
                        expiresAt: Self.now.addingTimeInterval(90)),
                ] { _ = await provider.deliver(attempt) }
            }
            let headers = server.requests.map { request in
                ["TTL", "Urgency", "Topic", "Content-Encoding"].map { Self.header($0, of: request) }
            }
            let topic = WebPushProvider.topic("order-8812")
            #expect(topic.utf8.count == 32)
            #expect(
                headers == [
                    ["259200", "normal", nil, "aes128gcm"], ["3600", "high", topic, "aes128gcm"],
                    ["90", "low", topic, "aes128gcm"],
                ])
            let authorizations = Set(server.requests.map { Self.header("Authorization", of: $0) })
            #expect(authorizations.count == 1)
        }
    }

    @Test func tokenIsOfItsOriginAndForHalfItsLife() throws {
        let vapid = VAPID(try .test())
        let first = try vapid.authorization(for: "https://a.example", at: Self.now)
        #expect(try vapid.authorization(for: "https://a.example", at: Self.now + 6 * 3600 - 1) == first)
        #expect(try vapid.authorization(for: "https://a.example", at: Self.now + 6 * 3600) != first)
        #expect(try vapid.authorization(for: "https://a.example:8443", at: Self.now) != first)
        #expect(!first.contains(", "))
    }

    @Test(arguments: [(3893, "accepted"), (4100, "rejected")])
    func messageThatDoesNotFitIsNotSent(bytes: Int, outcome: String) async throws {
        let body = String(repeating: "x", count: bytes - 100)
        try await LoopbackServer.run(reply: { _ in .text(Self.created) }) { server in
            try await withOutbound { outbound in
                let provider = WebPushProvider(configuration: try .test(), outbound: outbound)
                let subscription = Browser.subscription(endpoint: "http://127.0.0.1:\(server.port)/p")
                let came = await provider.deliver(
                    .push(.webPush, subscription: subscription, title: nil, body: body))
                #expect(came.name == outcome)
            }
            #expect(server.requests.count == (outcome == "accepted" ? 1 : 0))
        }
    }

    @Test func largestMessageMakesTheLargestBody() throws {
        let fields = Fields(try #require(Browser.subscription(endpoint: "https://p.example/").object))
        let encryption = WebPushEncryption(for: try #require(WebPushSubscription(fields)))
        let message = [UInt8](repeating: 7, count: WebPushEncryption.maximumMessage)
        #expect(WebPushEncryption.maximumMessage == 3993)
        #expect(try encryption.encrypt(message).count == 4096)
    }

    @Test(arguments: [
        ("https://10.0.0.1/p", "addressRefused"), ("http://push.example/p", "urlRefused"),
        ("ftp://push.example/", "subscription"),
    ])
    func endpointIsTheCallersAndNotTrusted(endpoint: String, code: String) async throws {
        try await withOutbound { outbound in
            let provider = WebPushProvider(configuration: try .test(), outbound: outbound)
            let outcome = await provider.deliver(
                .push(.webPush, subscription: Browser.subscription(endpoint: endpoint)))
            #expect(outcome.name == "rejected")
            #expect(outcome.failure?.code == code)
        }
    }

    @Test(arguments: [
        JSON.null, ["endpoint": "https://p.example/"],
        [
            "endpoint": "https://p.example/",
            "keys": [
                "p256dh": .string(Data([4] + [UInt8](repeating: 1, count: 64)).base64URL),
                "auth": .string(Browser.secret),
            ],
        ],
    ])
    func subscriptionWithoutAKeyOnTheCurveIsRejected(subscription: JSON) async throws {
        try await withOutbound { outbound in
            let provider = WebPushProvider(configuration: try .test(), outbound: outbound)
            let outcome = await provider.deliver(.push(.webPush, subscription: subscription))
            #expect(outcome.failure?.code == "subscription")
        }
    }

    @Test(arguments: [
        ("mailto:a@example.com", "AAAA"), ("mailto:a@example.com", "-----BEGIN"), ("ops", WebPushConfiguration.testKey),
    ])
    func settingsThatCannotWorkAreRefused(subject: String, key: String) {
        #expect(throws: ProvidersError.self) { try WebPushConfiguration(privateKey: key, subject: subject) }
    }

    private func withPeer(_ body: (ForeignPeer, WebPushProvider, String) async throws -> Void) async throws {
        let key = try WebPushConfiguration.test().publicKey
        try await ForeignPeer.python(Self.script, [Browser.privateKey, Browser.secret, key]) { peer in
            try await withOutbound { outbound in
                let provider = WebPushProvider(configuration: try .test(), outbound: outbound)
                try await body(peer, provider, "http://127.0.0.1:\(peer.port)/push/abc")
            }
        }
    }

    private static func header(_ name: String, of request: String) -> String? {
        let lines = request.split(separator: "\r\n")
        return lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    /// A push service that looks inside: prints `vapid <aud> <sub> <seconds to live>` and the decrypted message.
    private static let script = #"""
        import base64, http.server, sys, time
        import http_ece, jwt
        from cryptography.hazmat.backends import default_backend
        from cryptography.hazmat.primitives.asymmetric import ec
        from py_vapid import Vapid02

        def bytes_of(text): return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        number = int.from_bytes(bytes_of(sys.argv[2]), "big")
        browser = ec.derive_private_key(number, ec.SECP256R1(), default_backend())

        class Service(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                authorization = self.headers["Authorization"]
                assert Vapid02.verify(authorization), "py_vapid does not verify it"
                parts = dict(part.split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
                assert parts["k"] == sys.argv[4]
                key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes_of(parts["k"]))
                origin = "http://" + self.headers["Host"]
                claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=origin,
                    options={"require": ["exp", "aud", "sub"]})
                life = round((claims["exp"] - time.time()) / 60) * 60
                print("vapid", claims["aud"], claims["sub"], life, flush=True)
                assert len(body) <= 4096 and self.headers["Content-Encoding"] == "aes128gcm" and int(self.headers["TTL"])
                message = http_ece.decrypt(body, private_key=browser, auth_secret=bytes_of(sys.argv[3]),
                    version="aes128gcm")
                print("message", message.decode(), flush=True)
                self.send_response(201)
                self.send_header("Location", "https://push.example/m/m-1")
                self.send_header("Content-Length", "0")
                self.end_headers()
            def log_message(self, *_): pass

        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Service).serve_forever()
        """#
}
