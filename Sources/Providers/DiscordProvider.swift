public import Foundation
import HTTPTypes
public import Notifications
public import Outbound

/// Posts to the recipient's Discord webhook, whose URL is the address.
///
/// **Source:** Discord developer documentation, "Execute Webhook", "Rate limits", "JSON error codes".
public struct DiscordProvider: Provider {
    public let name = "discord"
    /// Each webhook has limits of its own.
    public let slowsDownAsOne = false
    private let outbound: OutboundClient
    private let now: @Sendable () -> Date

    public init(outbound: OutboundClient, now: @escaping @Sendable () -> Date = { .now }) {
        self.outbound = outbound
        self.now = now
    }

    public func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        guard case .chat(let address) = attempt.target.address else { return .rejected(.wrongAddress) }
        let message = ChatMessage(attempt.message, for: "discord")
        // Nobody is called by a `@everyone` that came in with somebody's data, unless the caller means it.
        var members: [(String, JSON)] = [("allowed_mentions", ["parse": []])]
        if !message.text.isEmpty { members.insert(("content", .string(message.text)), at: 0) }
        let request = OutboundRequest(
            // Without `wait` it says nothing of a message that it did not save.
            method: .post, url: address + (address.contains("?") ? "&" : "?") + "wait=true",
            // A client that does not call itself so is sent away.
            headers: ["Content-Type": "application/json", "User-Agent": "DiscordBot (belfry, 1)"],
            body: message.request(members))
        do {
            return judge(try await outbound.send(request, timeout: attempt.timeout))
        } catch {
            return DeliveryOutcome(error)
        }
    }

    private func judge(_ response: OutboundResponse) -> DeliveryOutcome {
        let answer = ProviderAnswer(response, at: now())
        if answer.isSuccess { return answer.accepted(id: answer.json?["id"]?.string) }
        switch answer.status {
        case 429:
            return answer.outcome(.throttled, code: "throttled", asked: answer.json?["retry_after"]?.seconds)
        case 500... where answer.json?.object != nil: return answer.outcome(.retry, code: "serverError")
        default: break
        }
        if let code = answer.json?["code"]?.int, let meaning = DiscordProvider.meanings[code] {
            return answer.outcome(meaning, code: "\(code)")
        }
        if answer.status == 403 { return answer.outcome(.authentication, code: "forbidden") }
        return DeliveryOutcome(response: response, at: now())
    }

    private static let meanings: [Int: ProviderAnswer.Meaning] = [
        // The webhook or its channel is gone, or its token is no longer good.
        10015: .invalidRecipient, 10003: .invalidRecipient, 50027: .invalidRecipient,
        50035: .rejected, 50006: .rejected, 50109: .rejected, 40005: .rejected, 220_001: .rejected,
        220_002: .rejected, 220_003: .rejected, 220_004: .rejected, 160_005: .rejected, 200_000: .rejected,
        240_000: .rejected, 40004: .retry, 40006: .retry,
    ]
}

extension JSON {
    /// A number of seconds, which may be a fraction of one.
    var seconds: Duration? {
        guard case .number(let literal) = self, let number = Double(literal), number.isFinite else { return nil }
        return .milliseconds(Int((min(max(0, number), 1_000_000) * 1000).rounded(.up)))
    }
}

extension DiscordProvider {
    static let kind = ProviderKind("discord", routes: [.discord]) { _, _ in
        ProviderSetup { outbound, _ in DiscordProvider(outbound: outbound) }
    }
}
