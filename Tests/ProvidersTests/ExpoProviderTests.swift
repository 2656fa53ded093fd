import Foundation
import HTTPTypes
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

@Suite struct ExpoProviderTests {
    private static let now = Date(timeIntervalSince1970: 1_769_851_860)

    @Test func messageIsThatOfTheReference() throws {
        let overrides: JSON = [
            "badge": 3, "sound": "default", "subtitle": "S", "image": "https://shop.example/i.png", "category": "c",
            "collapseId": "order-1", "ttl": "1h", "channelId": "orders", "mutable": true,
        ]
        let attempt = DeliveryAttempt.push(
            .expo, token: "ExponentPushToken[a]", data: JSONObject([("n", .number("1.5"))]), overrides: overrides)
        let message = try ExpoMessage(PushMessage(attempt, at: Self.now))
        #expect(
            message.json.text == #"""
                {"to":"ExponentPushToken[a]","priority":"high","data":{"n":1.5,"notificationId":\#
                "01980000-0000-7000-8000-000000000001"},"ttl":3600,"title":"Hello","subtitle":"S","body":"World",\#
                "sound":"default","badge":3,"channelId":"orders","categoryId":"c",\#
                "richContent":{"image":"https://shop.example/i.png"},"mutableContent":true,"collapseId":"order-1",\#
                "tag":"order-1"}
                """#)
    }

    @Test func silentMessageShowsNothing() throws {
        let attempt = DeliveryAttempt.push(.expo, token: "t", overrides: ["silent": true, "sound": "s"])
        let json = try ExpoMessage(PushMessage(attempt, at: Self.now)).json
        #expect(json["_contentAvailable"] == true && json["title"] == nil && json["sound"] == nil)
        #expect(json["priority"] == "normal")
    }

    /// The stand-in refuses more than a hundred messages, and those of two projects together, as Expo does.
    @Test func messagesThatComeTogetherShareARequest() async throws {
        try await withExpo { peer, provider in
            let outcomes = await Self.deliver(250, by: provider)
            #expect(outcomes.count == 250)
            for (number, outcome) in outcomes { #expect(outcome == .accepted(providerMessageId: "ticket-t\(number)")) }
            try await eventually("all are told") { Self.sizes(peer).reduce(0, +) == 250 }
            #expect(Self.sizes(peer).allSatisfy { $0 <= 100 })
            #expect(Self.sizes(peer).count < 50)
        }
    }

    @Test func eachMessageHasTheOutcomeOfItsTicket() async throws {
        try await withExpo { _, provider in
            let outcomes = await Self.deliver(
                20, by: provider, token: { $0 == 7 ? "gone" : $0 == 8 ? "strange" : "t\($0)" })
            #expect(outcomes[7]?.name == "invalidRecipient")
            #expect(outcomes[7]?.failure?.code == "DeviceNotRegistered")
            #expect(outcomes[8]?.name == "rejected")
            #expect(outcomes.values.count { $0.name == "accepted" } == 18)
        }
    }

    @Test func badMessageDoesNotSpoilTheOthers() async throws {
        try await withExpo { _, provider in
            let outcomes = await Self.deliver(60, by: provider, token: { $0 % 20 == 3 ? "invalid" : "t\($0)" })
            for (number, outcome) in outcomes { #expect(outcome.name == (number % 20 == 3 ? "rejected" : "accepted")) }
        }
    }

    @Test func projectsAreToldApartAsExpoSays() async throws {
        try await withExpo { peer, provider in
            let outcomes = await Self.deliver(60, by: provider, token: { $0 % 2 == 0 ? "t\($0)" : "other\($0)" })
            #expect(outcomes.values.allSatisfy { $0.name == "accepted" })
            // A batch goes once as a whole, if it is of both projects, and then once for each.
            try await eventually("all are told") { Self.sizes(peer).reduce(0, +) == 60 }
            let refused = peer.lines.count { $0.hasPrefix("refused PUSH_TOO_MANY_EXPERIENCE_IDS") }
            #expect(refused >= 1 && Self.sizes(peer).count < 30)
        }
    }

    @Test func projectsThatAreNamedDoNotMeet() async throws {
        try await withExpo { peer, provider in
            let outcomes = await Self.deliver(
                60, by: provider, app: { $0 % 2 == 0 ? "a" : "b" }, token: { $0 % 2 == 0 ? "t\($0)" : "other\($0)" })
            #expect(outcomes.values.allSatisfy { $0.name == "accepted" })
            #expect(!peer.lines.contains { $0.hasPrefix("refused") })
        }
    }

    @Test(arguments: [
        (#"{"data":[{"status":"ok"}]}"#, ["unknown", "unknown"]),
        (#"{"data":[{"status":"ok","id":"1"},{"status":"what"}]}"#, ["accepted", "unknown"]),
        (#"{"data":{"status":"ok","id":"1"}}"#, ["unknown", "unknown"]),
        (#"{"errors":[{"code":"UNAUTHORIZED_X"}]}"#, []),
        (
            #"{"data":[{"status":"error","details":{"error":"InvalidCredentials"}},{"status":"error"}]}"#,
            ["authentication", "rejected"]
        ),
        (
            #"{"data":[{"status":"error","details":{"error":"MessageRateExceeded"}},{"status":"error","details":{"error":"ExpoError"}}]}"#,
            ["retry", "retry"]
        ),
        ("", ["unknown", "unknown"]),
    ])
    func successThatIsNoneIsSeen(body: String, outcomes: [String]) {
        let response = OutboundResponse(status: 200, body: Array(body.utf8))
        switch ExpoVerdict(response: response, count: 2, now: Self.now).decision {
        case .each(let each): #expect(each.map(\.name) == outcomes)
        case .all(let all): #expect([all.name, all.name] == outcomes)
        case .split: #expect(outcomes.isEmpty)
        }
    }

    @Test func singleMessageMayBeAnsweredWithoutAnArray() {
        let body = Array(#"{"data":{"status":"ok","id":"1"}}"#.utf8)
        let response = OutboundResponse(status: 200, body: body)
        guard case .each(let each) = ExpoVerdict(response: response, count: 1, now: Self.now).decision else {
            Issue.record("it is a ticket")
            return
        }
        #expect(each == [.accepted(providerMessageId: "1")])
    }

    /// The stand-in refuses more ids than Expo does, and tells nothing of `t7`.
    @Test func receiptsAreAskedForInParts() async throws {
        try await withExpo { peer, provider in
            #expect(provider.receiptSource == .polled(after: .seconds(900)))
            var ids = (0..<250).map { "ticket-t\($0)" }
            ids[3] = "ticket-gone"
            ids[4] = "ticket-strange"
            let receipts = try await provider.receipts(of: ids)
            let kinds = Dictionary(uniqueKeysWithValues: receipts.map { ($0.messageId, $0.kind) })
            #expect(kinds.count == 249 && kinds["ticket-t7"] == nil)
            #expect(kinds.values.count { $0 == .forwarded } == 247)
            let bounced = receipts.filter { $0.kind == .bounced }
            #expect(bounced.map(\.failure?.code) == ["DeviceNotRegistered", "rejected"])
            #expect(bounced.map(\.isPermanent) == [true, false])
            try await eventually("all are told") {
                peer.lines.filter { $0.hasPrefix("told") } == ["told 100", "told 100", "told 50"]
            }
        }
    }

    @Test(arguments: [(401, "{}"), (200, ""), (200, #"{"errors":[{"code":"PUSH_TOO_MANY_RECEIPTS"}]}"#)])
    func answerWithoutReceiptsIsAnError(status: Int, body: String) {
        let response = OutboundResponse(status: status, body: Array(body.utf8))
        #expect(throws: (any Error).self) { try ExpoReceipts.receipts(in: response, at: Self.now) }
    }

    /// What every message of a group comes to, by its number.
    private static func deliver(
        _ count: Int, by provider: ExpoProvider, app: @Sendable (Int) -> String? = { _ in nil },
        token: @Sendable (Int) -> String = { "t\($0)" }
    ) async -> [Int: DeliveryOutcome] {
        await withTaskGroup(of: (Int, DeliveryOutcome).self) { group in
            for number in 0..<count {
                let attempt = DeliveryAttempt.push(.expo, token: token(number), app: app(number))
                group.addTask { (number, await provider.deliver(attempt)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private static func sizes(_ peer: ForeignPeer) -> [Int] {
        peer.lines.compactMap { $0.hasPrefix("took ") ? Int($0.dropFirst(5)) : nil }
    }

    private func withExpo(_ body: (ForeignPeer, ExpoProvider) async throws -> Void) async throws {
        try await ForeignPeer.python(Self.script, []) { peer in
            try await withOutbound { outbound in
                let url = try ServiceURL("http://127.0.0.1:\(peer.port)/--/api/v2")
                let configuration = ExpoConfiguration(accessToken: Secret("s3cret"), url: url)
                try await body(peer, ExpoProvider(configuration: configuration, outbound: outbound))
            }
        }
    }

    private static let script = #"""
        import http.server, json, sys

        class Expo(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                messages = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/--/api/v2/push/getReceipts": return self.receipts(messages["ids"])
                tokens = [message["to"] for message in messages]
                others = [token for token in tokens if token.startswith("other")]
                if self.path != "/--/api/v2/push/send": self.refuse(404, "NOT_FOUND")
                elif self.headers["Authorization"] != "Bearer s3cret": self.refuse(401, "UNAUTHORIZED")
                elif len(messages) > 100: self.refuse(400, "PUSH_TOO_MANY_NOTIFICATIONS")
                elif "invalid" in tokens: self.refuse(400, "VALIDATION_ERROR")
                elif others and len(others) < len(tokens):
                    details = {"@me/a": [token for token in tokens if token not in others], "@me/b": others}
                    self.refuse(400, "PUSH_TOO_MANY_EXPERIENCE_IDS", details)
                else:
                    self.tell(f"took {len(messages)}")
                    self.answer(200, {"data": [self.ticket(token) for token in tokens]})
            def receipts(self, ids):
                if self.headers["Authorization"] != "Bearer s3cret": return self.refuse(401, "UNAUTHORIZED")
                if len(ids) > 1000: return self.refuse(400, "PUSH_TOO_MANY_RECEIPTS")
                self.tell(f"told {len(ids)}")
                tickets = {id: self.ticket(id.removeprefix("ticket-")) for id in ids if id != "ticket-t7"}
                self.answer(200, {"data": {id: {key: value for key, value in ticket.items() if key != "id"}
                                           for id, ticket in tickets.items()}})
            def ticket(self, token):
                if token == "gone": return {"status": "error", "message": token, "details": {"error": "DeviceNotRegistered"}}
                if token == "strange": return {"status": "error", "message": token}
                return {"status": "ok", "id": "ticket-" + token}
            def refuse(self, status, code, details=None):
                self.tell(f"refused {code}")
                self.answer(status, {"errors": [{"code": code, "message": "m", "details": details}]})
            def answer(self, status, content):
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def tell(self, line):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
            def log_message(self, *_): pass

        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Expo).serve_forever()
        """#
}
