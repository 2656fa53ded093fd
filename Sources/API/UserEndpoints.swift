import Documents
import HTTPTypes
import Hummingbird
import Notifications

/// Users and their devices.
struct UserEndpoints: Sendable {
    let bodies: BodyReader
    let addresses: AddressCheck
    let recipients: RecipientStore
    let limiter: RateLimiter

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/users", .read, use: list),
            Endpoint(.post, "/v1/users/bulk", .send, use: putMany),
            Endpoint(.put, "/v1/users/{id}", .send, use: putUser),
            Endpoint(.get, "/v1/users/{id}", .read, use: user),
            Endpoint(.delete, "/v1/users/{id}", .send, needsLiveKey: true, use: erase),
            Endpoint(.put, "/v1/users/{id}/devices/{deviceId}", .send, use: putDevice),
            Endpoint(.get, "/v1/users/{id}/devices", .read, use: devices),
            Endpoint(.delete, "/v1/users/{id}/devices/{deviceId}", .send, use: removeDevice),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let page = try await recipients.page(
            prefix: call.queryText("q") ?? "", tenant: call.tenant,
            after: call.after { $0.words.count == 1 ? $0.words[0] : nil }, limit: call.limit())
        return Response(json: [
            "items": .array(page.items.map(\.json)), "next": JSON(page.next.map { Cursor([$0]).text }),
        ])
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
            recipient, userId: userId, tenant: call.tenant, replacesDevices: object.speaksOfDevices)
        let stored = try await known(userId, tenant: call.tenant)
        return Response(json: stored.json, status: isNew ? .created : .ok)
    }

    /// Each as by itself; what is wrong with one keeps no other one out.
    private func putMany(_ call: Call) async throws -> Response {
        let bulk = try UserBulk(try await bodies.object(of: call.request).object, checking: addresses)
        limiter.charge(call.caller, recipients: bulk.count)
        return Response(json: bulk.answer(new: try await recipients.put(Array(bulk.users.values), tenant: call.tenant)))
    }

    private func user(_ call: Call) async throws -> Response {
        Response(json: try await known(call.userId(), tenant: call.tenant).json)
    }

    /// The user is gone at once; what else stands of it goes notification by notification.
    private func erase(_ call: Call) async throws -> Response {
        let userId = try call.userId()
        guard let requestedAt = try await recipients.erase(userId, tenant: call.tenant) else { throw Problem.notFound }
        return Response(
            json: [
                "userId": .string(userId), "requestedAt": JSON(requestedAt),
                "erased": ["profile", "devices", "preferences", "subscriptions"],
                "erasing": ["deliveries", "notifications", "events", "deadLetters", "inbox", "idempotencyKeys"],
                "kept": ["statuses", "suppressions"],
            ], status: .accepted)
    }

    private func putDevice(_ call: Call) async throws -> Response {
        let (userId, deviceId) = (try call.userId(), try call.deviceId())
        let fields = try await bodies.fields(of: call)
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
        let userId = try call.userId()
        _ = try await known(userId, tenant: call.tenant)
        let devices = try await recipients.devices(of: userId, tenant: call.tenant).map { device, lastSeenAt in
            var object = device.json.object ?? JSONObject()
            object.append("lastSeenAt", JSON(lastSeenAt))
            return JSON.object(object)
        }
        return Response(json: ["devices": .array(devices)])
    }

    /// A second time there is no such device any more: 404, and nothing has changed.
    private func removeDevice(_ call: Call) async throws -> Response {
        guard try await recipients.removeDevice(call.deviceId(), userId: call.userId(), tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(status: .noContent)
    }

    private func known(_ userId: String, tenant: String) async throws -> Recipient {
        guard let user = try await recipients.user(userId, tenant: tenant) else { throw Problem.notFound }
        return user
    }

    private func refuse(_ problems: [FieldProblem]) throws {
        if !problems.isEmpty { throw Problem.invalid(problems) }
    }
}
