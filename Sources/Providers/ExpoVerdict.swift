import Foundation
import Notifications
import Outbound

/// What Expo's answer to a request means: for all of its messages, or for each by its ticket.
///
/// **Source:** Expo, "Sending notifications", "Push tickets", "Request errors".
struct ExpoVerdict {
    enum Decision {
        /// One for each message, in their order.
        case each([DeliveryOutcome])
        case all(DeliveryOutcome)
        /// One message spoils it for the others. Where Expo said which tokens go together, by these; else each half alone.
        case split([Set<String>])
    }

    var response: OutboundResponse
    /// How many messages the request had.
    var count: Int
    var now: Date

    var decision: Decision {
        let retryAfter = RetryAfter.parse(response.headers, at: now)
        if code == "TOO_MANY_REQUESTS" || response.status == 429 {
            return .all(.throttled(after: retryAfter ?? DeliveryOutcome.defaultThrottle, failure))
        }
        switch response.status {
        case 200: return tickets
        case 401, 403: return .all(.authentication(failure))
        case 408, 500...: return .all(.retry(after: retryAfter, failure))
        default:
            if code == "UNAUTHORIZED" { return .all(.authentication(failure)) }
            return refusal
        }
    }

    /// A 200 says only that the request was read. Where it does not say what became of each message, nobody knows.
    private var tickets: Decision {
        guard let json else { return .all(.unknown(unclear)) }
        // A single one may come without its array.
        let tickets = json["data"]?.array ?? json["data"].map { [$0] } ?? []
        guard json["errors"]?.array?.isEmpty ?? true, tickets.count == count else {
            let isRefused = json["data"] == nil && json["errors"]?.array?.isEmpty == false
            return isRefused ? refusal : .all(.unknown(unclear))
        }
        return .each(tickets.map(outcome))
    }

    private var refusal: Decision {
        if count == 1 { return .all(.rejected(failure)) }
        let projects = code == "PUSH_TOO_MANY_EXPERIENCE_IDS" ? error?["details"]?.object : nil
        return .split(projects?.members.map { Set($0.value.array?.compactMap(\.string) ?? []) } ?? [])
    }

    private func outcome(of ticket: JSON) -> DeliveryOutcome {
        switch ticket["status"]?.string {
        case "ok": return .accepted(providerMessageId: ticket["id"]?.string.flatMap { $0.utf8.count <= 256 ? $0 : nil })
        case "error": break
        default: return .unknown(unclear)
        }
        let word = ExpoVerdict.word(ticket["details"]?["error"])
        let failure = DeliveryFailure(
            code: word ?? "rejected", detail: "Expo refused the message\(word.map { ": \($0)" } ?? "").")
        return switch word {
        case "DeviceNotRegistered": .invalidRecipient(failure)
        // About this device alone.
        case "MessageRateExceeded": .retry(after: DeliveryOutcome.defaultThrottle, failure)
        case "MismatchSenderId", "InvalidCredentials": .authentication(failure)
        case "ProviderError", "ExpoError": .retry(after: nil, failure)
        default: .rejected(failure)
        }
    }

    private var json: JSON? { response.isTruncated ? nil : try? JSON(parsing: response.body) }
    private var error: JSON? { json?["errors"]?.array?.first }
    private var code: String? { ExpoVerdict.word(error?["code"]) }

    /// A word of Expo's; what looks like none is not repeated.
    static func word(_ json: JSON?) -> String? {
        json?.string.flatMap { $0.wholeMatch(of: /[A-Za-z_]{1,64}/) == nil ? nil : $0 }
    }

    private var failure: DeliveryFailure {
        DeliveryFailure(
            code: code ?? "\(response.status)",
            detail: "Expo answered \(response.status)\(code.map { " \($0)" } ?? "").")
    }

    private var unclear: DeliveryFailure {
        DeliveryFailure(code: "malformedReply", detail: "Expo did not say what became of the message.")
    }
}
