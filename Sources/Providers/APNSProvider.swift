public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends to Apple's devices, all by a few connections of HTTP/2: APNs takes one request on each until it has seen a good
/// token, and says then how many. Who does not speak HTTP/2 is not Apple, and is sent nothing.
///
/// **Source:** Apple, "Sending notification requests to APNs".
public struct APNSProvider: Provider {
    public let name = "apns"
    /// A 429 is about one device.
    public let slowsDownAsOne = false
    private let configuration: APNSConfiguration
    private let tokens: APNSTokens
    private let services: ServiceClient
    private let now: @Sendable () -> Date

    public init(
        configuration: APNSConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        self.configuration = configuration
        self.now = now
        tokens = APNSTokens(configuration)
        services = outbound.http2Services
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let request: OutboundRequest
        let isEnvironmentKnown: Bool
        do {
            let message = try PushMessage(attempt, at: now())
            isEnvironmentKnown = message.device.environment != nil
            request = try self.request(for: message)
        } catch {
            return error.outcome
        }
        let deadline = ContinuousClock.now + attempt.timeout
        return await send(request, isEnvironmentKnown: isEnvironmentKnown, insteadOf: nil, until: deadline)
    }

    /// A token that APNs calls expired is replaced, once.
    private func send(
        _ request: OutboundRequest, isEnvironmentKnown: Bool, insteadOf refused: String?,
        until deadline: ContinuousClock.Instant
    ) async -> DeliveryOutcome {
        guard let token = try? tokens.token(insteadOf: refused, at: now()) else {
            return .authentication(DeliveryFailure(code: "credentials", detail: "The key cannot sign."))
        }
        var signed = request
        signed.headers.append(("authorization", "bearer \(token)"))
        let verdict: APNSVerdict
        do {
            let response = try await services.send(signed, timeout: deadline - .now)
            verdict = APNSVerdict(response: response, isEnvironmentKnown: isEnvironmentKnown, now: now())
        } catch {
            return DeliveryOutcome(service: error)
        }
        guard verdict.isTokenExpired, refused == nil else { return verdict.outcome }
        return await send(request, isEnvironmentKnown: isEnvironmentKnown, insteadOf: token, until: deadline)
    }

    func request(for message: PushMessage) throws(PushMessage.Refusal) -> OutboundRequest {
        let device = message.device
        guard let token = device.token, APNSProvider.isToken(token) else {
            throw PushMessage.Refusal(
                DeliveryFailure(code: "BadDeviceToken", detail: "The device's token is not hexadecimal."))
        }
        let topic = device.app ?? configuration.topic
        guard APNSConfiguration.isTopic(topic) else {
            throw PushMessage.Refusal(
                DeliveryFailure(code: "BadTopic", detail: "The device's app is not a bundle id."))
        }
        let payload = APNSPayload(message)
        let url = device.environment == "sandbox" ? configuration.sandboxURL : configuration.url
        var request = OutboundRequest(
            method: .post, url: url.appending("/3/device/\(token.lowercased())"),
            headers: [
                "content-type": "application/json", "apns-topic": topic, "apns-push-type": payload.pushType,
                "apns-priority": payload.priority, "apns-id": message.id.text,
            ],
            body: try payload.bytes())
        if let expiration = payload.expiration { request.headers.append(("apns-expiration", expiration)) }
        if let collapseId = message.content.collapseId { request.headers.append(("apns-collapse-id", collapseId)) }
        return request
    }

    /// Its length is Apple's to choose.
    private static func isToken(_ text: String) -> Bool {
        1...200 ~= text.utf8.count && text.allSatisfy(\.isHexDigit) && text.utf8.allSatisfy { $0 < 0x80 }
    }
}
