import Crypto
import Foundation
import Notifications

/// A notification for one device, as far as all push services have the same: what the caller said, checked.
struct PushMessage: Sendable {
    var device: Device
    var title: String?
    var body: String?
    /// The caller's own data, and the notification's id, by which an app can mark it as read.
    var data: JSONObject
    var content: PushContent
    var priority: Priority
    /// How long a push service may keep it; nil for as long as it likes.
    var lifetime: Duration?
    /// When the service must have given up on it.
    var expiry: Date?
    /// The same over all attempts of a round.
    var id: UUID

    static let notificationIdKey = "notificationId"

    /// - Throws: the outcome of an attempt that cannot be made.
    init(_ attempt: DeliveryAttempt, at now: Date) throws(Refusal) {
        guard case .device(let device) = attempt.target.address, device.route == attempt.route else {
            throw Refusal(.wrongAddress)
        }
        let fields = Fields(attempt.message.overrides ?? JSONObject())
        content = PushContent(fields)
        // The API has named what is wrong to whoever could mend it; names of members are the caller's words.
        guard fields.problems.isEmpty else {
            throw Refusal(DeliveryFailure(code: "content", detail: "What overrides.push says is not valid."))
        }
        content.collapseId = content.collapseId ?? attempt.message.collapseKey.map(PushMessage.collapseId)
        self.device = device
        title = attempt.message.title
        body = attempt.message.body
        data = attempt.message.data ?? JSONObject()
        if data[PushMessage.notificationIdKey] == nil {
            data.append(PushMessage.notificationIdKey, .string(attempt.notificationId.text))
        }
        priority = attempt.message.priority
        id = PushMessage.id(attempt.idempotencyKey)
        let untilExpiry = attempt.expiresAt.map { Duration.seconds(max(0, $0.timeIntervalSince(now))) }
        lifetime = [content.ttl, untilExpiry, untilExpiry == nil ? nil : PushContent.maximumTTL].compactMap(\.self)
            .min()
        expiry = lifetime.map { now.addingTimeInterval($0.timeInterval) }
    }

    /// Only what waits for a screen to be lit anyway may wait for the device's convenience.
    var isUrgent: Bool { priority != .low && !content.isSilent }

    var lifetimeSeconds: Int? { lifetime.map { Int($0.components.seconds) } }

    /// A `collapseKey` as an id that every push service takes: itself, or its digest where it is too long or not plain.
    static func collapseId(_ key: String) -> String {
        let isPlain =
            key.utf8.count <= PushContent.maximumCollapseIdBytes
            && key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isPlain ? key : Data(SHA256.hash(data: Data(key.utf8))).base64URL
    }

    private static func id(_ key: String) -> UUID {
        var bytes = Array(SHA256.hash(data: Data(key.utf8)).prefix(16))
        // RFC 9562 §5.8: version 8, made of whatever the maker likes.
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}

extension PushMessage {
    /// Why no attempt is made.
    struct Refusal: Error {
        var failure: DeliveryFailure
        init(_ failure: DeliveryFailure) { self.failure = failure }

        var outcome: DeliveryOutcome { .rejected(failure) }

        /// More than the service takes.
        static func tooLarge(_ bytes: Int, limit: Int) -> Refusal {
            Refusal(
                DeliveryFailure(
                    code: "tooLarge", detail: "The message has \(bytes) bytes; the service takes \(limit)."))
        }

        /// The caller's data has a member that the service keeps for itself.
        static let reservedKey = Refusal(
            DeliveryFailure(code: "reservedKey", detail: "The data has a member whose name the service reserves."))
    }
}
