public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends to Android devices, and to others whose apps use Firebase: one request for each, side by side over HTTP/2.
///
/// **Source:** FCM HTTP v1, "projects.messages.send".
public struct FCMProvider: Provider {
    public let name = "fcm"
    private let url: String
    private let services: ServiceClient
    private let tokens: AccessTokens
    private let now: @Sendable () -> Date

    public init(
        configuration: FCMConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        let services = outbound.services
        let account = configuration.account
        let tokens = AccessTokens(now: now) { await account.token(by: services, timeout: $0, at: now()) }
        self.init(configuration: configuration, services: services, tokens: tokens, now: now)
    }

    init(
        configuration: FCMConfiguration, services: ServiceClient, tokens: AccessTokens,
        now: @escaping @Sendable () -> Date
    ) {
        url = configuration.url.appending("/v1/projects/\(configuration.projectId)/messages:send")
        self.services = services
        self.tokens = tokens
        self.now = now
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let body: [UInt8]
        do {
            body = try FCMMessage(PushMessage(attempt, at: now())).json.utf8
        } catch {
            return error.outcome
        }
        let deadline = ContinuousClock.now + attempt.timeout
        switch await tokens.token(timeout: attempt.timeout) {
        case .failure(let failure): return FCMProvider.outcome(of: failure)
        case .success(let token):
            return await send(body, for: attempt, with: token, mayRefresh: true, until: deadline)
        }
    }

    /// A token that is refused is replaced, once.
    private func send(
        _ body: [UInt8], for attempt: DeliveryAttempt, with token: AccessToken, mayRefresh: Bool,
        until deadline: ContinuousClock.Instant
    ) async -> DeliveryOutcome {
        let request = OutboundRequest(
            method: .post, url: url,
            headers: ["Authorization": "Bearer \(token.secret.value)", "Content-Type": "application/json"], body: body)
        let verdict: FCMVerdict
        do {
            let response = try await services.send(request, timeout: deadline - .now)
            verdict = FCMVerdict(response: response, number: attempt.number, now: now())
        } catch {
            return DeliveryOutcome(service: error)
        }
        guard verdict.isTokenRefused, mayRefresh else { return verdict.outcome }
        switch await tokens.token(insteadOf: token, timeout: deadline - .now) {
        case .failure(let failure): return FCMProvider.outcome(of: failure)
        case .success(let token):
            return await send(body, for: attempt, with: token, mayRefresh: false, until: deadline)
        }
    }

    /// Nothing was sent to the device.
    private static func outcome(of failure: AccessToken.Failure) -> DeliveryOutcome {
        switch failure {
        case .refused:
            .authentication(
                DeliveryFailure(code: "credentials", detail: "Google does not take the service account's credentials."))
        case .unavailable:
            .retry(
                after: nil, DeliveryFailure(code: "noAccessToken", detail: "Google gave no access token just now."))
        }
    }
}
