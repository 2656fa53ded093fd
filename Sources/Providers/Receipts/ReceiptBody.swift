import Crypto
import Foundation
import Notifications

/// What several callbacks have in common.
enum ReceiptBody {
    /// How far a signed time may be from ours.
    static let tolerance: TimeInterval = 300

    /// The body as JSON; what is not is refused.
    static func json(_ callback: ReceiptCallback) throws(ReceiptRefusal) -> JSON {
        do { return try JSON(parsing: callback.body) } catch { throw .malformed("The body is not valid JSON.") }
    }

    /// The parameters of a form, each as often as it is there, decoded.
    static func form(_ body: [UInt8]) -> [(name: String, value: String)] {
        String(decoding: body, as: UTF8.self).split(separator: "&").map { pair in
            let words = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func decoded(_ text: Substring) -> String {
                let spaced = text.replacing("+", with: " ")
                return spaced.removingPercentEncoding ?? String(spaced)
            }
            return (decoded(words[0]), words.count > 1 ? decoded(words[1]) : "")
        }
    }

    /// Refuses what was signed at another time, where a signature would fit other bytes than those that it came with.
    static func judge(signedAt seconds: Double?, _ callback: ReceiptCallback) throws(ReceiptRefusal) {
        guard let seconds, abs(seconds - callback.now.timeIntervalSince1970) <= tolerance else {
            throw .unsigned("The signature is not of the last five minutes.")
        }
    }

    /// What providers are given to echo, where they let us choose a name.
    static let referenceName = "belfry_reference"

    static let wrongSignature = ReceiptRefusal.unsigned("The signature is missing or wrong.")

    /// A time of a provider, in seconds since 1970; ours where there is none.
    static func date(_ seconds: Double?, _ callback: ReceiptCallback) -> Date {
        seconds.map { Date(timeIntervalSince1970: $0) } ?? callback.now
    }
}

extension JSON {
    /// A number, or a text that is one.
    var looseNumber: Double? {
        switch self {
        case .number(let text), .string(let text): Double(text)
        default: nil
        }
    }
}

extension Data {
    /// Of hexadecimal digits; nil for anything else.
    init?(hex text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self.init(capacity: digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place..<(place + 2)], as: UTF8.self), radix: 16) else {
                return nil
            }
            append(byte)
        }
    }
}
