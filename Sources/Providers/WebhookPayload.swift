import Notifications

/// The body of a webhook, the same bytes in every attempt:
///
///     {"type":"notification",
///      "timestamp":"2026-01-31T09:30:00.000Z",     when the notification was accepted
///      "data":{"notificationId":"0198…","tenant":"acme",
///              "type":"transactional","priority":"medium",
///              "title":"…","body":"…",              left out where there is none
///              "data":{…},"metadata":{…},           the caller's own, as they came
///              "payload":…}}                        the `payload` of the channel's overrides, any JSON
///
/// **Source:** Standard Webhooks 1.0.0, "Payload structure".
enum WebhookPayload {
    static func body(of attempt: DeliveryAttempt) -> [UInt8] {
        let message = attempt.message
        var data = JSONObject([
            ("notificationId", .string(attempt.notificationId.text)), ("tenant", .string(attempt.tenant)),
            ("type", .string(message.type.rawValue)), ("priority", .string(message.priority.name)),
        ])
        data.append("title", message.title.map(JSON.string))
        data.append("body", message.body.map(JSON.string))
        data.append("data", message.data.map(JSON.object))
        data.append("metadata", message.metadata.map(JSON.object))
        data.append("payload", message.overrides?["payload"])
        let event = JSONObject([
            ("type", "notification"), ("timestamp", JSON(attempt.createdAt)), ("data", .object(data)),
        ])
        return JSON.object(event).utf8
    }
}
