import Documents
import HTTPTypes
import Hummingbird
import Notifications

/// Users, their devices, and their inboxes.
struct UserEndpoints: Sendable {
    let bodies: BodyReader
    let addresses: AddressCheck
    let recipients: RecipientStore
    let inbox: Inbox

    var all: [Endpoint] {
        [
            Endpoint(.put, "/v1/users/{id}", .send, use: putUser),
            Endpoint(.get, "/v1/users/{id}", .read, use: user),
            Endpoint(.put, "/v1/users/{id}/devices/{deviceId}", .send, use: putDevice),
            Endpoint(.get, "/v1/users/{id}/devices", .read, use: devices),
            Endpoint(.get, "/v1/users/{id}/inbox", .read, use: inboxPage),
        ]
    }

    /// Replaces the profile; the devices too, but only where the body speaks of them.
    private func putUser(_ call: Call) async throws -> Response {
        let userId = try call.userId()
        let object = try await bodies.object(of: call.request).object
        let fields = Fields(object)
        let recipient = Recipient(fields)
        if let named = recipient.userId, named != userId {
            fields.note("userId", .conflict, "must be the one in the path")
        }
        try refuse(fields.problems)
        try refuse(addresses.problems(of: recipient, at: ""))
        let isNew = try await recipients.put(
            recipient, userId: userId, tenant: call.tenant, replacesDevices: object["devices"] != nil)
        let stored = try await known(userId, tenant: call.tenant)
        return Response(json: stored.json, status: isNew ? .created : .ok)
    }

    private func user(_ call: Call) async throws -> Response {
        Response(json: try await known(call.userId(), tenant: call.tenant).json)
    }

    private func putDevice(_ call: Call) async throws -> Response {
        let (userId, deviceId) = (try call.userId(), try call.deviceId())
        let fields = Fields(try await bodies.object(of: call.request).object)
        let device = Device(fields, id: deviceId)
        if let named = fields.object["id"]?.string, named != deviceId {
            fields.note("id", .conflict, "must be the one in the path")
        }
        guard let device, fields.problems.isEmpty else { throw Problem.invalid(fields.problems) }
        try refuse(addresses.problems(of: device, at: ""))
        guard try await recipients.put(device, userId: userId, tenant: call.tenant) else {
            _ = try await known(userId, tenant: call.tenant)
            throw Problem.invalid("", .tooMany, "would be more than \(Recipient.maximumDevices) devices")
        }
        return Response(json: device.json)
    }

    private func devices(_ call: Call) async throws -> Response {
        let user = try await known(call.userId(), tenant: call.tenant)
        return Response(json: ["devices": .array(user.devices.map(\.json))])
    }

    private func inboxPage(_ call: Call) async throws -> Response {
        let page = try await inbox.page(
            userId: call.userId(), tenant: call.tenant, after: call.queryId("after"),
            limit: call.query("limit", in: 1...100, default: 20))
        return Response(json: [
            "notifications": .array(page.documents.map(\.json)), "unreadCount": JSON(page.unreadCount),
            "next": JSON(page.next?.text),
        ])
    }

    private func known(_ userId: String, tenant: String) async throws -> Recipient {
        guard let user = try await recipients.user(userId, tenant: tenant) else { throw Problem.notFound }
        return user
    }

    private func refuse(_ problems: [FieldProblem]) throws {
        if !problems.isEmpty { throw Problem.invalid(problems) }
    }
}
