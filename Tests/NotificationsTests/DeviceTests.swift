import Notifications
import Testing

@Suite struct DeviceTests {
    private static let everything = #"""
        {"id":"d1","route":"push.apns","token":"t","app":"shop","environment":"sandbox","locale":"sv","timezone":"z"}
        """#

    @Test(arguments: [
        everything,
        #"{"id":"d2","route":"push.fcm","token":"t"}"#,
        #"{"id":"d2","route":"push.fcm","installationId":"fid"}"#,
        #"{"id":"d3","route":"push.expo","token":"t"}"#,
        #"{"id":"d4","route":"push.web","subscription":{"endpoint":"https://push.example","keys":{"auth":"a"}}}"#,
    ]) func goodDeviceIsReadAndWrittenAgain(text: String) throws {
        let fields = try fields(text)
        let device = try #require(Device(fields))
        #expect(fields.problems == [])
        #expect(device.json.text == text)
    }

    @Test func everyMemberHasItsPlace() throws {
        let device = Device(
            id: "d1", route: .apns, token: "t", app: "shop", environment: "sandbox", locale: "sv", timezone: "z")
        #expect(Device(try fields(Self.everything)) == device)
    }

    @Test(arguments: [
        (#"{}"#, ["route missing"]),
        (#"{"id":"d","route":null,"token":"t"}"#, ["route missing"]),
        (#"{"id":"d","route":"email","token":"t"}"#, ["route invalid"]),
        (#"{"id":"d","route":7,"token":"t"}"#, ["route wrongType"]),
        (#"{"id":"d","route":"push.fcm"}"#, ["token missing"]),
        (#"{"id":"d","route":"push.web"}"#, ["subscription missing"]),
        (#"{"id":"d","route":"push.web","subscription":"s"}"#, ["subscription wrongType", "subscription missing"]),
        (#"{"id":"d","route":"push.fcm","token":"t","installationId":"i"}"#, ["installationId conflict"]),
        (#"{"id":"d","route":"push.expo","installationId":"i"}"#, ["installationId invalid"]),
        (#"{"route":"push.fcm","token":"t"}"#, ["id missing"]),
        (#"{"id":"","route":"push.fcm","token":""}"#, ["id invalid", "token invalid"]),
        (#"{"id":"d","route":"push.apns","token":"t","environment":"test"}"#, ["environment invalid"]),
        (#"{"id":"d","route":"push.fcm","token":"t","colour":"red"}"#, ["colour unknown"]),
    ]) func everyBadMemberIsNamed(text: String, lines: [String]) throws {
        let fields = try fields(text)
        _ = Device(fields)
        #expect(fields.lines == lines)
    }

    @Test func lengthsAreLimited() throws {
        let text = String(repeating: "x", count: 4097)
        let object = JSONObject(
            ["id", "token", "app", "locale", "timezone"].map { ($0, .string(text)) } + [("route", "push.fcm")])
        let fields = Fields(object)
        _ = Device(fields)
        #expect(
            fields.lines == [
                "id tooLong", "token tooLong", "app tooLong", "locale tooLong", "timezone tooLong",
            ])
    }

    @Test func idOfAPathStandsForTheMember() throws {
        let fields = try fields(#"{"route":"push.fcm","token":"t"}"#)
        #expect(Device(fields, id: "path") == Device(id: "path", route: .fcm, token: "t"))
        #expect(fields.problems == [])
    }
}
