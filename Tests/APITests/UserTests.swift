import Notifications
import Testing

struct UserTests {
    private static let phone: JSON = ["id": "phone", "route": "push.fcm", "token": "a"]
    private static let watch: JSON = ["id": "watch", "route": "push.apns", "token": "b", "environment": "sandbox"]

    @Test func userIsCreatedThenReplacedAndRead() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let created = try await client.send(
                "PUT", "/v1/users/u42", ["email": "a@example.org", "locale": "sv", "devices": [Self.phone]])
            #expect(created.status == 201)
            #expect(
                created.body
                    == ["userId": "u42", "email": "a@example.org", "locale": "sv", "devices": [Self.phone]])
            let replaced = try await client.send("PUT", "/v1/users/u42", ["userId": "u42", "phone": "+46701234567"])
            #expect(replaced.status == 200)
            #expect(replaced.body == ["userId": "u42", "phone": "+46701234567", "devices": [Self.phone]])
            let read = try await client.send("GET", "/v1/users/u42")
            #expect(read.status == 200)
            #expect(read.body == replaced.body)
        }
    }

    @Test func devicesAreReplacedOnlyWhereTheBodySpeaksOfThem() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/u42", ["devices": [Self.phone]])
            let other = try await client.send("PUT", "/v1/users/u42", ["devices": [Self.watch]])
            #expect(other.body["devices"] == [Self.watch])
            let silent = try await client.send("PUT", "/v1/users/u42", ["devices": nil])
            #expect(silent.body["devices"] == [Self.watch])
            let none = try await client.send("PUT", "/v1/users/u42", ["devices": []])
            #expect(none.body["devices"] == nil)
        }
    }

    @Test func deviceIsAddedAndReplacedByItsId() async throws {
        try await withAPI { api in
            let client = try await api.client()
            _ = try await client.send("PUT", "/v1/users/u42", ["devices": [Self.phone]])
            let added = try await client.send(
                "PUT", "/v1/users/u42/devices/watch",
                ["route": "push.apns", "token": "b", "environment": "sandbox"])
            #expect(added.status == 200)
            #expect(added.body == Self.watch)
            _ = try await client.send("PUT", "/v1/users/u42/devices/phone", ["route": "push.fcm", "token": "new"])
            let devices = try await client.send("GET", "/v1/users/u42/devices")
            #expect(devices.status == 200)
            let listed = try #require(devices.body["devices"]?.array)
            #expect(listed.map { $0["id"] } == ["phone", "watch"])
            #expect(listed.map { $0["token"] } == ["new", "b"])
            #expect(listed.allSatisfy { $0["lastSeenAt"]?.date != nil })
        }
    }

    @Test func fiftyFirstDeviceIsRefused() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let devices = (0..<50).map { place -> JSON in
                ["id": .string("d\(place)"), "route": "push.fcm", "token": .string("t\(place)")]
            }
            #expect(try await client.send("PUT", "/v1/users/u", ["devices": .array(devices)]).status == 201)
            let answer = try await client.send("PUT", "/v1/users/u/devices/x", ["route": "push.fcm", "token": "t"])
            #expect(answer.status == 422)
            #expect(answer.fields == [" tooMany"])
            #expect(try await api.count("devices") == 50)
        }
    }

    @Test func pathMayCarryAnyCharacters() async throws {
        try await withAPI { api in
            let client = try await api.client()
            #expect(try await client.send("PUT", "/v1/users/a%2Fb%20%C3%A5", ["email": "a@example.org"]).status == 201)
            #expect(try await client.send("GET", "/v1/users/a%2Fb%20%C3%A5").body["userId"] == "a/b å")
        }
    }

    @Test func badUsersAndDevicesAreRefusedByName() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let long = String(repeating: "x", count: 257)
            let web: JSON = ["route": "push.web", "subscription": ["endpoint": "https://10.0.0.1/"]]
            let refusals: [(path: String, body: JSON, fields: [String])] = [
                ("u42", ["userId": "u43"], ["userId conflict"]), ("u42", ["mail": "x"], ["mail unknown"]),
                ("u42", ["email": "x\ny@example.org"], ["email invalid"]),
                ("u42", ["webhookUrl": "https://localhost/"], ["webhookUrl invalid"]),
                (
                    "u42", ["devices": [Self.phone, ["id": "other", "route": "push.fcm", "token": "a"]]],
                    ["devices[1] conflict"]
                ),
                ("a%00b", [:], ["userId invalid"]), (long, [:], ["userId tooLong"]),
                ("u42/devices/x", ["token": "t"], ["route missing"]),
                ("u42/devices/x", ["id": "y", "route": "push.fcm", "token": "t"], ["id conflict"]),
                ("u42/devices/x", web, ["subscription.keys missing", "subscription.endpoint invalid"]),
            ]
            for refusal in refusals {
                let answer = try await client.send("PUT", "/v1/users/\(refusal.path)", refusal.body)
                #expect(answer.status == 422, "\(refusal)")
                #expect(answer.fields == refusal.fields, "\(refusal)")
            }
            #expect(try await api.rows() == 0)
        }
    }

    @Test func unknownUserIsNotFound() async throws {
        try await withAPI { api in
            let client = try await api.client()
            #expect(try await client.send("GET", "/v1/users/u").status == 404)
            #expect(try await client.send("GET", "/v1/users/u/devices").status == 404)
            let device = try await client.send("PUT", "/v1/users/u/devices/x", ["route": "push.fcm", "token": "t"])
            #expect(device.status == 404)
            #expect(try await api.rows() == 0)
        }
    }
}
