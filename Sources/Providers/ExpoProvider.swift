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
    /// Expo has most receipts by then, and keeps them for a day.
    public let receiptSource = ReceiptSource.polled(after: .seconds(15 * 60))
    /// Receipts are asked for so many at a time that the answer is never too large. Expo allows 1,000.
    private static let receiptsAtOnce = 100
    private static let receiptTimeout: Duration = .seconds(10)

    private let url: ServiceURL
    private let accessToken: Secret?
    private let services: ServiceClient
    private let batches = ExpoBatches()
    private let now: @Sendable () -> Date

    public init(
        configuration: ExpoConfiguration, outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }
    ) {
        url = configuration.url
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
            let response = try await services.send(
                request("/push/send", .array(messages.map(\.json))), timeout: deadline - .now)
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

    public func receipts(of messageIds: [String]) async throws -> [Receipt] {
        var receipts: [Receipt] = []
        for start in stride(from: 0, to: messageIds.count, by: ExpoProvider.receiptsAtOnce) {
            let ids = messageIds[start..<min(start + ExpoProvider.receiptsAtOnce, messageIds.count)]
            do {
                let response = try await services.send(
                    request("/push/getReceipts", ["ids": .array(ids.map(JSON.string))]),
                    timeout: ExpoProvider.receiptTimeout)
                receipts += try ExpoReceipts.receipts(in: response, at: now())
            } catch {
                // What was told is not asked for again.
                if receipts.isEmpty { throw error }
                break
            }
        }
        return receipts
    }

    private func request(_ path: String, _ body: JSON) -> OutboundRequest {
        var request = OutboundRequest(
            method: .post, url: url.appending(path),
            headers: ["Content-Type": "application/json", "Accept": "application/json"], body: body.utf8)
        if let accessToken { request.headers.append(("Authorization", "Bearer \(accessToken.value)")) }
        return request
    }
}
