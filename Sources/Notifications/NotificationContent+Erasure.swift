/// What is kept of a notification whose user is erased: statuses, times, counts, and who was to send it.
extension NotificationContent {
    /// Members that say nothing about anybody. All others go, those too that a later version adds.
    private static let impersonal: Set<String> = ["type", "priority", "delivery", "sendAt", "expiresAt", "test"]

    /// The stored content without all that the caller wrote; `erased` says why so little is there.
    public static func erased(_ stored: JSON) -> JSON {
        var object = JSONObject([("to", [:])])
        for member in stored.object?.members ?? [] where impersonal.contains(member.name) {
            object.append(member.name, member.value)
        }
        object.append("erased", true)
        return .object(object)
    }
}

extension ChannelState {
    /// The `channels` of an erased document. Whatever is learnt of it later is not written any more.
    public static func erasedDocument(_ channels: [NotificationChannel: ChannelState]) -> JSON {
        var object = document(channels.mapValues(\.erased)).object ?? JSONObject()
        object.append(erasedMember, true)
        return .object(object)
    }

    public static func isErased(_ document: JSON) -> Bool { document[erasedMember] != nil }

    /// No channel's name.
    private static let erasedMember = "erased"

    /// Without what names a device or a message, and without a provider's words. Devices are numbered.
    var erased: ChannelState {
        var state = self
        state.providerMessageId = nil
        state.failure = failure?.erased
        state.targets = [:]
        for (number, target) in targets.sorted(by: { $0.key < $1.key }).enumerated() {
            let name = Route(rawValue: target.key) == nil ? "\(number + 1)" : target.key
            state.targets[name] = target.value.erased
        }
        return state
    }
}

extension TargetState {
    fileprivate var erased: TargetState {
        var state = self
        state.providerMessageId = nil
        state.failure = failure?.erased
        return state
    }
}

extension DeliveryFailure {
    fileprivate var erased: DeliveryFailure { DeliveryFailure(code: code, detail: "") }
}
