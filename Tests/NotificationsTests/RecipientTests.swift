import Notifications
import Testing

@Suite struct RecipientTests {
    private static let everything = #"""
        {"userId":"u42","email":"a@example.com","phone":"+46701234567","webhookUrl":"https://example.com/hook",\#
        "chat":{"discord":"https://discord.example","slack":"C1","telegram":"7","whatsapp":"+46701234567"},\#
        "devices":[{"id":"d1","route":"push.apns","token":"t1"},{"id":"d2","route":"push.fcm","token":"t2"},\#
        {"id":"d3","route":"push.apns","token":"t3"}],\#
        "locale":"sv","timezone":"Europe/Stockholm","attributes":{"name":"Ada"}}
        """#

    @Test func everyMemberIsReadAndWrittenAgain() throws {
        let fields = try fields(Self.everything)
        let recipient = Recipient(fields)
        var expected = Recipient(userId: "u42")
        expected.email = "a@example.com"
        expected.phone = "+46701234567"
        expected.webhookUrl = "https://example.com/hook"
        expected.chat = [
            .slack: "C1", .discord: "https://discord.example", .telegram: "7", .whatsApp: "+46701234567",
        ]
        expected.devices = [
            Device(id: "d1", route: .apns, token: "t1"), Device(id: "d2", route: .fcm, token: "t2"),
            Device(id: "d3", route: .apns, token: "t3"),
        ]
        expected.locale = "sv"
        expected.timezone = "Europe/Stockholm"
        expected.attributes = JSONObject([("name", "Ada")])
        #expect(fields.problems == [])
        #expect(recipient == expected)
        #expect(recipient.json.text == Self.everything)
        #expect(Recipient(try self.fields("{}")).json.text == "{}")
    }

    private func fields(_ text: String) throws -> Fields { try NotificationsTests.fields(text) }

    @Test(arguments: [
        (#"{"email":"a@b@c"}"#, ["email invalid"]),
        ("{\"email\":\"a@b@\u{301}c\"}", ["email invalid"]),
        (#"{"email":"no-at"}"#, ["email invalid"]),
        (#"{"email":"@b"}"#, ["email invalid"]),
        (#"{"email":"a@"}"#, ["email invalid"]),
        (#"{"email":"a b@c"}"#, ["email invalid"]),
        (#"{"email":"a\r\nBcc:x@c"}"#, ["email invalid"]),
        (#"{"email":"<a@c>"}"#, ["email invalid"]),
        (#"{"phone":"46701234567"}"#, ["phone invalid"]),
        (#"{"phone":"+0701234567"}"#, ["phone invalid"]),
        (#"{"phone":"+4"}"#, ["phone invalid"]),
        (#"{"phone":"+46 70 123"}"#, ["phone invalid"]),
        (#"{"phone":"+4670123456789012"}"#, ["phone tooLong", "phone invalid"]),
        (#"{"phone":"+٤٦٧٠"}"#, ["phone invalid"]),
        (#"{"userId":7}"#, ["userId wrongType"]),
        (#"{"webhookUrl":""}"#, ["webhookUrl invalid"]),
        (#"{"attributes":[]}"#, ["attributes wrongType"]),
        (#"{"chat":{"irc":"x","slack":1}}"#, ["chat.irc unknown", "chat.slack wrongType"]),
        (#"{"chat":"C1"}"#, ["chat wrongType"]),
        (
            #"{"chat":{"slack":"a b","discord":"123","telegram":"ann","whatsapp":"46701234567"}}"#,
            ["chat.slack invalid", "chat.discord invalid", "chat.telegram invalid", "chat.whatsapp invalid"]
        ),
        (#"{"chat":{"slack":"https://a\r\nb","telegram":"@a/b"}}"#, ["chat.slack invalid", "chat.telegram invalid"]),
        (#"{"chat":{"slack":"https://hooks.example/x","telegram":"@news"}}"#, []),
        (#"{"chat":{"telegram":"-1001"}}"#, []),
        (#"{"devices":{}}"#, ["devices wrongType"]),
        (#"{"devices":[{"id":"d","route":"push.fcm"}]}"#, ["devices[0].token missing"]),
        (#"{"timezone":"Mars/Olympus"}"#, ["timezone invalid"]),
        (#"{"name":"Ada"}"#, ["name unknown"]),
    ]) func everyBadMemberIsNamed(text: String, lines: [String]) throws {
        let fields = try fields(text)
        _ = Recipient(fields)
        #expect(fields.lines == lines)
    }

    @Test func secondDeviceWithOneIdIsNamedByItsOwnPlace() throws {
        let fields = try fields(
            #"""
            {"devices":[{"id":"a"},{"id":"a","route":"push.fcm","token":"1"},{"id":"a","route":"push.fcm","token":"2"}]}
            """#)
        _ = Recipient(fields)
        #expect(fields.lines == ["devices[0].route missing", "devices[2].id conflict"])
    }

    /// A push would reach it twice.
    @Test(arguments: [
        #"{"route":"push.fcm","token":"t"}"#, #"{"route":"push.fcm","installationId":"t"}"#,
        #"{"route":"push.web","subscription":{"endpoint":"https://push.example/t","keys":{}}}"#,
    ]) func oneInstallationIsOneDevice(text: String) throws {
        let devices = try ["a", "b"].map { id in
            var device = try #require(try JSON(parsing: Array(text.utf8)).object)
            device["id"] = .string(id)
            return JSON.object(device)
        }
        let fields = Fields(JSONObject([("devices", .array(devices))]))
        _ = Recipient(fields)
        #expect(fields.lines == ["devices[1] conflict"])
    }

    @Test func devicesAreLimitedToFifty() throws {
        func problems(devices count: Int) throws -> [String] {
            let devices = (0..<count).map { Device(id: "d\($0)", route: .fcm, token: "t\($0)").json }
            let fields = Fields(JSONObject([("devices", .array(devices))]))
            _ = Recipient(fields)
            return fields.lines
        }
        #expect(try problems(devices: 50) == [])
        #expect(try problems(devices: 51) == ["devices tooMany"])
    }

    @Test func eachRouteHasItsTargets() throws {
        let recipient = Recipient(try fields(Self.everything))
        let ids = Route.allCases.map { recipient.targets(on: $0).map(\.id) }
        #expect(
            ids == [
                ["email"], ["sms"], ["webhook"], ["inApp"], ["d1", "d3"], ["d2"], [], [], ["chat.slack"],
                ["chat.discord"], ["chat.telegram"], ["chat.whatsapp"],
            ])
        #expect(recipient.targets(on: .email).map(\.address) == [.email("a@example.com")])
        #expect(recipient.targets(on: .sms).map(\.address) == [.phone("+46701234567")])
        #expect(recipient.targets(on: .webhook).map(\.address) == [.url("https://example.com/hook")])
        #expect(recipient.targets(on: .inApp).map(\.address) == [.inbox(userId: "u42")])
        #expect(recipient.targets(on: .slack).map(\.address) == [.chat("C1")])
        #expect(recipient.targets(on: .fcm).map(\.address) == [.device(Device(id: "d2", route: .fcm, token: "t2"))])
        #expect(recipient.routes(of: .push) == [.apns, .fcm])
        #expect(recipient.routes(of: .chat) == [.slack, .discord, .telegram, .whatsApp])
        #expect(Route.allCases.flatMap { Recipient().targets(on: $0) } == [])
    }

    @Test func literalAddressesReplaceThoseOfTheUser() throws {
        let user = Recipient(try fields(Self.everything))
        let literal = Recipient(
            try fields(
                #"""
                {"email":"b@example.com","chat":{"slack":"C2"},"devices":[{"id":"x","route":"push.fcm","token":"t"}]}
                """#))
        var expected = user
        expected.email = "b@example.com"
        expected.chat[.slack] = "C2"
        expected.devices = [Device(id: "x", route: .fcm, token: "t")]
        #expect(user.overlaid(by: literal) == expected)
        #expect(user.overlaid(by: Recipient()) == user)
    }

    @Test func storedUserIsItsProfileWithItsDevices() throws {
        let recipient = Recipient(
            stored: ["email": "a@example.com", "unknown": 1],
            devices: [Device(id: "d", route: .fcm, token: "t").json, "broken", ["id": "no route"]], userId: "u42")
        var expected = Recipient(userId: "u42")
        expected.email = "a@example.com"
        expected.devices = [Device(id: "d", route: .fcm, token: "t")]
        #expect(recipient == expected)
    }
}
