import Documents
import Hummingbird
import Notifications

/// Addresses that nothing is sent to any more.
struct SuppressionEndpoints: Sendable {
    static let path = "/v1/suppressions/{channel}/{address}"

    let store: SuppressionStore

    var all: [Endpoint] {
        [
            Endpoint(.get, SuppressionEndpoints.path, .read, use: one),
            Endpoint(.put, SuppressionEndpoints.path, .send, needsLiveKey: true, use: suppress),
            Endpoint(.delete, SuppressionEndpoints.path, .send, needsLiveKey: true, use: lift),
        ]
    }

    private func one(_ call: Call) async throws -> Response {
        let (channel, address) = try call.suppressible()
        guard let found = try await store.suppression(of: address, on: channel, tenant: call.tenant) else {
            throw Problem.notFound
        }
        return Response(json: found.json)
    }

    private func suppress(_ call: Call) async throws -> Response {
        let (channel, address) = try call.suppressible()
        // Nothing would ever be sent to it, and whoever meant another would not know.
        if channel == .email, !Recipient.isEmail(address) {
            throw Problem.invalid("address", .invalid, "must be an e-mail address")
        }
        if channel == .sms, !Recipient.isPhone(address) {
            throw Problem.invalid("address", .invalid, "must be a number in E.164 form such as +46701234567")
        }
        try await store.suppress(address, on: channel, tenant: call.tenant, reason: .manual)
        return Response(status: .noContent)
    }

    private func lift(_ call: Call) async throws -> Response {
        let (channel, address) = try call.suppressible()
        guard try await store.lift(address, on: channel, tenant: call.tenant) else { throw Problem.notFound }
        return Response(status: .noContent)
    }
}

extension Call {
    fileprivate func suppressible() throws -> (NotificationChannel, String) {
        guard let channel = parameters.get("channel").flatMap(NotificationChannel.init),
            Suppression.channels.contains(channel)
        else { throw Problem.notFound }
        return (channel, try text("address", field: "address", maximum: channel == .webhook ? 2048 : 320))
    }
}
