public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Sends by Expo, which knows the tokens of apps built with it; many messages in one request.
///
/// That Expo took a message is a ticket; its id is what a receipt is asked for by.
///
/// **Source:** Expo, "Send notifications with the Expo Push Service".
public struct ExpoProvider: Provider {
    public let name = "expo"
    private let url: String
    private let accessToken: Secret?
    private let services: ServiceClient
    private let batches = ExpoBatches()
    private let now: @Sendable () -> Date

    public init(
        configuration: ExpoConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        url = configuration.url.appending("/push/send")
        accessToken = configuration.accessToken
        services = outbound.services
        self.now = now
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        let message: ExpoMessage
        do {
            message = try ExpoMessage(PushMessage(attempt, at: now()))
        } catch {
            return error.outcome
        }
        let deadline = ContinuousClock.now + attempt.timeout
        return await batches.deliver(message) { await send($0, until: deadline) }
    }

    /// What became of each message. What Expo refuses as a whole is sent in parts, down to the one that is to blame.
    private func send(_ messages: [ExpoMessage], until deadline: ContinuousClock.Instant) async -> [DeliveryOutcome] {
        if messages.isEmpty { return [] }
        let outcome: DeliveryOutcome
        do {
            let response = try await services.send(request(for: messages), timeout: deadline - .now)
            switch ExpoVerdict(response: response, count: messages.count, now: now()).decision {
            case .each(let outcomes): return outcomes
            case .split(let groups): return await send(messages, in: groups, until: deadline)
            case .all(let all): outcome = all
            }
        } catch {
            outcome = DeliveryOutcome(service: error)
        }
        return messages.map { _ in outcome }
    }

    private func send(
        _ messages: [ExpoMessage], in groups: [Set<String>], until deadline: ContinuousClock.Instant
    ) async -> [DeliveryOutcome] {
        let group = messages.map { message in groups.firstIndex { $0.contains(message.token) } ?? groups.count }
        let half = messages.indices.map { $0 < messages.count / 2 ? 0 : 1 }
        let part = Set(group).count > 1 ? group : half
        var outcomes: [Int: DeliveryOutcome] = [:]
        for number in Set(part).sorted() {
            let places = messages.indices.filter { part[$0] == number }
            let sent = await send(places.map { messages[$0] }, until: deadline)
            for (place, outcome) in zip(places, sent) { outcomes[place] = outcome }
        }
        return messages.indices.compactMap { outcomes[$0] }
    }

    private func request(for messages: [ExpoMessage]) -> OutboundRequest {
        var request = OutboundRequest(
            method: .post, url: url, headers: ["Content-Type": "application/json", "Accept": "application/json"],
            body: JSON.array(messages.map(\.json)).utf8)
        if let accessToken { request.headers.append(("Authorization", "Bearer \(accessToken.value)")) }
        return request
    }
}
