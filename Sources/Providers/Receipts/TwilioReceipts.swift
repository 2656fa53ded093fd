import Crypto
import Foundation
public import Notifications

/// Twilio's status callbacks, signed over the address that was called and the parameters.
///
/// **Source:** Twilio, "Webhooks Security"; twilio-python `RequestValidator`.
public struct TwilioReceipts: ReceiptParser {
    private let key: SymmetricKey

    public init(authToken: String) {
        key = SymmetricKey(data: Data(authToken.utf8))
    }

    public func read(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> ReceiptReading {
        let form = ReceiptBody.form(callback.body)
        guard let code = callback.headers["x-twilio-signature"].flatMap({ Data(base64Encoded: $0) }),
            TwilioReceipts.spellings(of: callback.url).contains(where: { url in
                HMAC<Insecure.SHA1>.isValidAuthenticationCode(
                    code, authenticating: Data((url + TwilioReceipts.sorted(form)).utf8), using: key)
            })
        else { throw ReceiptBody.wrongSignature }
        let values = Dictionary(form.map { ($0.name, $0.value) }) { first, _ in first }
        guard let id = values["MessageSid"] ?? values["SmsSid"] else { throw .malformed("There is no MessageSid.") }
        guard let kind = TwilioReceipts.kinds[values["MessageStatus"] ?? values["SmsStatus"] ?? ""] else {
            return ReceiptReading()
        }
        let error = values["ErrorCode"] ?? "none"
        let receipt = Receipt(
            messageId: id, reference: callback.query["reference"].flatMap(DeliveryReference.init(text:)), kind: kind,
            failure: kind == .bounced
                ? DeliveryFailure(code: "twilio\(error)", detail: "Twilio did not deliver it: error \(error).") : nil,
            // An unknown handset, a landline.
            isPermanent: ["30005", "30006"].contains(error), at: callback.now)
        return ReceiptReading(receipts: [receipt])
    }

    private static let kinds: [String: Receipt.Kind] = [
        "delivered": .delivered, "undelivered": .bounced, "failed": .bounced, "read": .opened,
    ]

    /// Every name with its values, each pair once, in their order.
    private static func sorted(_ form: [(name: String, value: String)]) -> String {
        let values = Dictionary(grouping: form, by: \.name).mapValues { Set($0.map(\.value)).sorted() }
        return values.sorted { $0.key < $1.key }.map { name, values in
            values.map { name + $0 }.joined()
        }.joined()
    }

    /// As the caller may have written it: with the scheme's own port and without it.
    private static func spellings(of url: String) -> [String] {
        guard let parts = URLComponents(string: url), let host = parts.percentEncodedHost,
            let start = url.range(of: "://" + host)
        else { return [url] }
        let port = parts.scheme == "http" ? ":80" : ":443"
        let rest = url[start.upperBound...]
        if rest.hasPrefix(port) { return [url, String(url[..<start.upperBound] + rest.dropFirst(port.count))] }
        return parts.port == nil ? [url, String(url[..<start.upperBound] + port + rest)] : [url]
    }
}
