import Foundation
import HTTPTypes
import Notifications
import Outbound

/// What a provider answered. Nothing of its text is ever shown: it may repeat what it was sent.
struct ProviderAnswer {
    /// What an error means, by the provider's documentation.
    enum Meaning: Sendable {
        case retry, throttled, invalidRecipient, rejected, authentication, unknown
    }

    let status: Int
    let headers: HTTPFields
    /// The body, if it came whole and is JSON.
    let json: JSON?
    /// How long we are asked to wait, by a header.
    let wait: Duration?
    private let body: [UInt8]

    init(_ response: OutboundResponse, at now: Date) {
        status = response.status
        headers = response.headers
        body = response.body
        json = response.isTruncated ? nil : try? JSON(parsing: response.body)
        wait = RetryAfter.parse(response.headers, at: now) ?? RateLimitReset.parse(response.headers, at: now)
    }

    var isSuccess: Bool { 200..<300 ~= status }
    var text: String { String(decoding: body, as: UTF8.self) }

    /// - Parameter id: the provider's own; one that is absurdly long is none.
    func accepted(id: String?) -> DeliveryOutcome {
        .accepted(providerMessageId: id.flatMap { 1...512 ~= $0.utf8.count ? $0 : nil })
    }

    /// - Parameters:
    ///   - code: a word out of our own tables, or a number.
    ///   - asked: the wait that the body asks for, which is the more exact one.
    ///   - usual: the wait where nobody asks for one.
    func outcome(
        _ meaning: Meaning, code: String, asked: Duration? = nil, usual: Duration = DeliveryOutcome.defaultThrottle
    ) -> DeliveryOutcome {
        let failure = DeliveryFailure(code: code, detail: "The provider answered \(status) (\(code)).")
        let wait = asked.map { min(max(.zero, $0), RetryAfter.maximum) } ?? wait
        return switch meaning {
        case .retry: .retry(after: wait, failure)
        case .throttled: .throttled(after: wait ?? usual, failure)
        case .invalidRecipient: .invalidRecipient(failure)
        case .rejected: .rejected(failure)
        case .authentication: .authentication(failure)
        case .unknown: .unknown(failure)
        }
    }

    /// What the status says by itself. The address of the API and the account are ours, so whatever says that those are
    /// wrong is no fault of the message. A 5xx that is not in the provider's own words comes from something in between,
    /// which cannot know what the provider did.
    var outcome: DeliveryOutcome {
        switch status {
        case 200..<300: .accepted(providerMessageId: nil)
        case 300..<400: outcome(.authentication, code: "redirect")
        case 401...404, 407: outcome(.authentication, code: "authentication")
        case 408, 425, 503: outcome(.retry, code: "unavailable")
        case 429: outcome(.throttled, code: "throttled")
        case 400..<500: outcome(.rejected, code: "rejected")
        default: outcome(.unknown, code: "serverError")
        }
    }
}

extension Dictionary where Value == ProviderAnswer.Meaning {
    /// What each code means, written down by meaning. No code stands twice.
    init(byMeaning codes: [ProviderAnswer.Meaning: [Key]]) {
        self.init(uniqueKeysWithValues: codes.flatMap { meaning, codes in codes.map { ($0, meaning) } })
    }
}
