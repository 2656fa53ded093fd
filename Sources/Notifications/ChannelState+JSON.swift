extension ChannelState {
    /// The sub-document as stored and as answered.
    public func json(for channel: NotificationChannel) -> JSON {
        var object = JSONObject([("status", .string(status.rawValue))])
        if standing.round > 1 { object.append("round", JSON(standing.round)) }
        if channel == .inApp {
            object.append("readAt", JSON(readAt))
            object.append("archivedAt", archivedAt.map { JSON($0) })
        } else {
            object.append("attempts", JSON(attempts))
            object.append("provider", JSON(provider))
            if !channel.fansOut { object.append("providerMessageId", JSON(providerMessageId)) }
            object.append("sentAt", JSON(sentAt))
            object.append("deliveredAt", JSON(deliveredAt))
        }
        object.append("error", failure?.json ?? .null)
        if channel.fansOut, !routes.isEmpty { appendFanOut(to: &object, for: channel) }
        return .object(object)
    }

    private func appendFanOut(to object: inout JSONObject, for channel: NotificationChannel) {
        let routeMembers = routes.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key.rawValue, $0.value.json) }
        object.append("routes", .object(JSONObject(routeMembers)))
        if channel == .push {
            object.append("deviceCount", JSON(targets.count))
            object.append("successCount", JSON(targets.values.count { $0.status.isSuccess }))
            object.append("failureCount", JSON(targets.values.count { !$0.status.isSuccess && !$0.status.isOpen }))
        }
        let targetMembers = targets.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }
        object.append(ChannelState.targetsName(channel), .object(JSONObject(targetMembers)))
    }

    private static func targetsName(_ channel: NotificationChannel) -> String {
        channel == .push ? "devices" : "addresses"
    }

    /// Reads what `json(for:)` wrote; nil for anything without a known status.
    public init?(json: JSON, for channel: NotificationChannel) {
        guard let standing = Standing(json: json) else { return nil }
        self.init(status: standing.status, failure: DeliveryFailure(json: json["error"]))
        self.standing = standing
        attempts = json["attempts"]?.int ?? 0
        provider = json["provider"]?.string
        providerMessageId = json["providerMessageId"]?.string
        sentAt = json["sentAt"]?.date
        deliveredAt = json["deliveredAt"]?.date
        readAt = json["readAt"]?.date
        archivedAt = json["archivedAt"]?.date
        for (name, value) in json["routes"]?.object?.members ?? [] {
            if let route = Route(rawValue: name), let standing = Standing(json: value) { routes[route] = standing }
        }
        for (id, value) in json[ChannelState.targetsName(channel)]?.object?.members ?? [] {
            targets[id] = TargetState(json: value)
        }
    }
}

extension Standing {
    /// `{"status":"sent"}`, with `round` from the second on.
    var json: JSON {
        var object = JSONObject([("status", .string(status.rawValue))])
        if round > 1 { object.append("round", JSON(round)) }
        return .object(object)
    }

    init?(json: JSON) {
        guard let status = json["status"]?.string.flatMap(DeliveryStatus.init) else { return nil }
        self.init(round: json["round"]?.int ?? 1, status: status)
    }
}

extension TargetState {
    var json: JSON {
        guard case .object(var object) = standing.json else { return .null }
        object.append("route", route.map { .string($0.rawValue) })
        object.append("attempts", JSON(attempts))
        object.append("provider", JSON(provider))
        object.append("providerMessageId", JSON(providerMessageId))
        object.append("error", failure?.json ?? .null)
        return .object(object)
    }

    init?(json: JSON) {
        guard let standing = Standing(json: json) else { return nil }
        self.init(
            standing: standing, route: json["route"]?.string.flatMap(Route.init), provider: json["provider"]?.string,
            providerMessageId: json["providerMessageId"]?.string, attempts: json["attempts"]?.int ?? 0,
            failure: DeliveryFailure(json: json["error"]))
    }
}
