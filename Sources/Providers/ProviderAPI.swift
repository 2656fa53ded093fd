import Foundation
import Notifications
import Outbound

/// Calls the API of a provider that we have an account with, where the operator says it is.
struct ProviderAPI: Sendable {
    let services: ServiceClient
    let now: @Sendable () -> Date

    /// Makes one request.
    ///
    /// - Parameter judge: what the answer means in the provider's own words; nil leaves it to the status.
    func send(
        _ request: OutboundRequest, timeout: Duration, judge: (ProviderAnswer) -> DeliveryOutcome?
    ) async -> DeliveryOutcome {
        do {
            let answer = ProviderAnswer(try await services.send(request, timeout: timeout), at: now())
            return judge(answer) ?? answer.outcome
        } catch {
            return DeliveryOutcome(service: error)
        }
    }
}
