import Foundation
import HTTPTypes
import Notifications
import Outbound

extension DeliveryOutcome {
    /// How long a 429 without a `Retry-After` asks us to wait.
    static let defaultThrottle: Duration = .seconds(60)

    /// What an answer means that says everything by its status. Providers judge first what they document otherwise.
    ///
    /// The other side had the whole request: a 408, 425 or 503 says that it did nothing with it, any other 5xx does not.
    init(response: OutboundResponse, at now: Date) {
        let retryAfter = RetryAfter.parse(response.headers, at: now)
        let status = response.status
        func failure(_ code: String) -> DeliveryFailure {
            DeliveryFailure(code: code, detail: "The endpoint answered \(status).")
        }
        self =
            switch status {
            case 200..<300: .accepted(providerMessageId: nil)
            case 300..<400: .rejected(failure("redirect"))
            case 408, 425, 503: .retry(after: retryAfter, failure("unavailable"))
            case 429: .throttled(after: retryAfter ?? DeliveryOutcome.defaultThrottle, failure("throttled"))
            case 400..<500: .rejected(failure("rejected"))
            default: .unknown(failure("serverError"))
            }
    }

    /// What a request without an answer means.
    ///
    /// A bad certificate is the endpoint's, not ours, and its owner will mend it: it is tried again like a server that is
    /// down. An address that is refused stays refused until somebody changes the recipient, so it is final.
    init(_ error: OutboundError) {
        let failure = DeliveryFailure(code: error.reason.rawValue, detail: error.description)
        self =
            switch error {
            case .notSent(.addressRefused), .notSent(.urlRefused): .rejected(failure)
            case .notSent: .retry(after: nil, failure)
            case .unknown: .unknown(failure)
            }
    }

    /// What a request to a service of the operator's without an answer means: where its URL, its certificate or its
    /// protocol is wrong, that is a matter of the settings.
    init(service error: OutboundError) {
        switch error {
        case .notSent(.urlRefused), .notSent(.certificate), .notSent(.noHTTP2):
            self = .authentication(DeliveryFailure(code: error.reason.rawValue, detail: error.description))
        default: self.init(error)
        }
    }
}
