import Foundation
import Notifications
import Outbound

/// What Expo tells, when it is asked, about messages that it took.
///
/// **Source:** Expo, "Sending notifications", "Push receipts", "Push receipt errors".
enum ExpoReceipts {
    /// An answer that tells nothing.
    struct Unreadable: Error {
        var status: Int
    }

    /// Of a message without a receipt, yet, there is nothing. A reply that is none throws.
    static func receipts(in response: OutboundResponse, at now: Date) throws -> [Receipt] {
        guard response.status == 200, !response.isTruncated,
            let told = try JSON(parsing: response.body)["data"]?.object
        else { throw Unreadable(status: response.status) }
        return told.members.compactMap { receipt($0.value, of: $0.name, at: now) }
    }

    /// Expo does not say when it happened.
    private static func receipt(_ json: JSON, of messageId: String, at now: Date) -> Receipt? {
        switch json["status"]?.string {
        case "ok": return Receipt(messageId: messageId, kind: .forwarded, at: now)
        case "error": break
        default: return nil
        }
        let word = ExpoVerdict.word(json["details"]?["error"])
        let failure = DeliveryFailure(
            code: word ?? "rejected",
            detail: "Expo could not hand the message on\(word.map { ": \($0)" } ?? "").")
        return Receipt(
            messageId: messageId, kind: .bounced, failure: failure, isPermanent: word == "DeviceNotRegistered", at: now)
    }
}
