import Notifications

/// Looks at every URL of a recipient that we would call for the caller: a way into the operator's own network if nobody
/// looked. Every attempt looks again, at the addresses the name then leads to.
struct AddressCheck: Sendable {
    /// Why a URL is not allowed; nil when it is.
    let urlCheck: @Sendable (String) -> String?

    /// - Parameter path: where the recipient stands in the request, as `to[3]`; empty for the body itself.
    func problems(of recipient: Recipient, at path: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if let url = recipient.webhookUrl { problems += problem(of: url, at: path.appending(member: "webhookUrl")) }
        for (route, address) in recipient.chat.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where address.contains("://") {
            problems += problem(of: address, at: path.appending(member: route.rawValue))
        }
        for (index, device) in recipient.devices.enumerated() {
            problems += self.problems(of: device, at: path.appending(member: "devices[\(index)]"))
        }
        return problems
    }

    func problems(of device: Device, at path: String) -> [FieldProblem] {
        guard device.route == .webPush else { return [] }
        let fields = Fields(device.subscription?.object ?? JSONObject(), path: path.appending(member: "subscription"))
        _ = WebPushSubscription(fields)
        let endpoint = fields.object["endpoint"]?.string
        return fields.problems + (endpoint.map { problem(of: $0, at: fields.path(of: "endpoint")) } ?? [])
    }

    private func problem(of url: String, at place: String) -> [FieldProblem] {
        urlCheck(url).map { [FieldProblem(field: place, code: .invalid, message: $0)] } ?? []
    }
}

extension String {
    /// `to` and `email` make `to.email`.
    func appending(member: String) -> String { isEmpty ? member : "\(self).\(member)" }
}
