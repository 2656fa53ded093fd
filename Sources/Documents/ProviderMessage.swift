import Foundation
import Notifications
import Postgres

/// A message that a provider took and of which it may tell more.
struct ProviderMessage {
    var provider: String
    var messageId: String
    var reference: DeliveryReference
    var attempt: Int
    /// Whom it went to, where an address can be suppressed.
    var address: String?
    /// When its provider is asked first; nil where it calls us.
    var pollSeconds: Double?
}

extension ProviderMessage {
    /// The messages that an attempt left with a provider that tells more later.
    static func all(of record: AttemptRecord) -> [ProviderMessage] {
        let pollSeconds: Double?
        switch record.receiptSource {
        case .none: return []
        case .pushed: pollSeconds = nil
        case .polled(let wait): pollSeconds = wait.timeInterval
        }
        let (permit, result) = (record.permit, record.result)
        let taken: [(target: String, id: String?)] =
            permit.route.channel.fansOut
            ? result.targets.map { ($0.key, $0.value.providerMessageId) }
            : permit.recipient.targets(on: permit.route).prefix(1).map { ($0.id, result.providerMessageId) }
        return taken.compactMap { target, id in
            guard let id, let provider = result.provider else { return nil }
            let reference = DeliveryReference(
                notificationId: permit.notificationId, route: permit.route, targetId: target, round: permit.round)
            return ProviderMessage(
                provider: provider, messageId: id, reference: reference, attempt: permit.attempt,
                address: permit.suppressibleAddress, pollSeconds: pollSeconds)
        }
    }

    static func inserting(_ messages: [ProviderMessage]) -> PostgresQuery {
        """
        INSERT INTO provider_messages
            (provider, message_id, notification_id, route, target, round, attempt, address_hash, poll_at)
        SELECT provider, message_id, id, route, target, round, attempt,
            CASE route WHEN 'webhook' THEN \(hashOfColumn: "address", on: .webhook)
                ELSE \(hashOfColumn: "address", on: .email) END,
            now() + make_interval(secs => wait)
        FROM unnest(
            \(messages.map(\.provider)), \(messages.map(\.messageId)), \(messages.map(\.reference.notificationId)),
            \(messages.map(\.reference.route.rawValue)), \(messages.map(\.reference.targetId)),
            \(messages.map { Int32($0.reference.round) }), \(messages.map { Int32($0.attempt) }),
            \(messages.map(\.address)), \(messages.map(\.pollSeconds))
        ) AS m(provider, message_id, id, route, target, round, attempt, address, wait)
        """
    }
}

extension Permit {
    /// The address that it goes to, on a channel where one can be suppressed. What a simulator says of it is not held
    /// against it, and an endpoint is disabled instead.
    var suppressibleAddress: String? {
        if content.isTest || content.endpointMessage != nil { return nil }
        return switch route {
        case .email: recipient.email
        case .sms: recipient.phone
        case .webhook: recipient.webhookUrl
        default: nil
        }
    }
}
