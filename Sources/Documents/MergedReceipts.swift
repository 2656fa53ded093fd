import Foundation
import Notifications
import Postgres

/// A message that receipts are about, and what was told of it before.
struct ToldMessage {
    var reference: DeliveryReference
    var tenant: String
    var userId: String?
    var attempt: Int
    /// When it was written that the provider took it.
    var takenAt: Date
    var told: Set<String> = []

    init(_ row: PostgresRow) throws {
        guard let route = Route(rawValue: try row.get("route")) else {
            throw PostgresError.decoding(column: "route", expected: "a route")
        }
        reference = DeliveryReference(
            notificationId: try row.get("notification_id"), route: route, targetId: try row.get("target"),
            round: Int(try row.get("round", as: Int32.self)))
        tenant = try row.get("tenant")
        userId = try row.get("user_id")
        attempt = Int(try row.get("attempt", as: Int32.self))
        takenAt = try row.get("created_at")
    }
}

/// What receipts do to their documents, decided without I/O.
struct MergedReceipts {
    let provider: String
    private(set) var events: [StatusEvent] = []
    /// The kinds that were told for the first time, by message.
    private(set) var newlyTold: [String: [Receipt.Kind]] = [:]
    /// Why nothing more is to be sent to the addresses of some messages.
    private(set) var suppressions: [String: Suppression.Reason] = [:]
    /// What arrived although its delivery may still be open, its outcome being in doubt.
    private(set) var arrived: [DeliveryReference] = []
    /// The messages whose devices turned out to be dead, and why.
    private(set) var dead: [(message: ToldMessage, reason: DeliveryFailure?)] = []
    private var documents: [UUID: [NotificationChannel: ChannelState]]
    private var messages: [String: ToldMessage]
    private var changedIds: Set<UUID> = []

    init(documents: [UUID: [NotificationChannel: ChannelState]], messages: [String: ToldMessage], provider: String) {
        self.documents = documents
        self.messages = messages
        self.provider = provider
    }

    var changed: [UUID: [NotificationChannel: ChannelState]] { documents.filter { changedIds.contains($0.key) } }

    mutating func merge(_ receipt: Receipt, at now: Date) {
        guard let message = messages[receipt.messageId], !message.told.contains(receipt.kind.rawValue) else { return }
        let reference = message.reference
        let channel = reference.route.channel
        // A document that was dropped with its partition has no use for receipts.
        guard var state = documents[reference.notificationId]?[channel] else { return }
        messages[receipt.messageId]?.told.insert(receipt.kind.rawValue)
        newlyTold[receipt.messageId, default: []].append(receipt.kind)
        // Whoever complained or is not there gets nothing; that outweighs having unsubscribed.
        if let reason = receipt.suppression, suppressions[receipt.messageId] ?? .unsubscribed == .unsubscribed {
            suppressions[receipt.messageId] = reason
        }
        let previous = state.status
        if let status = receipt.kind.status {
            var result = RouteResult(receipt, status, of: message, provider: provider, now: now)
            state.merge(result)
            if result.standing.status.isOpen, !state.isOpen, state.targets.values.allSatisfy({ !$0.status.isSuccess }) {
                // The last device that had it has sent it back.
                result.standing.status = status
                state.merge(result)
            }
            documents[reference.notificationId]?[channel] = state
            changedIds.insert(reference.notificationId)
        }
        if receipt.kind == .delivered, !channel.fansOut { arrived.append(reference) }
        if receipt.isPermanent, channel.fansOut { dead.append((message, receipt.failure)) }
        events.append(
            event(
                of: message, state.status, previous: state.status == previous ? nil : previous,
                outcome: receipt.kind.rawValue, receipt.failure, at: now))
    }

    /// Puts the dead devices in the order that workers remove some in, so that two never wait for each other in a ring.
    mutating func sortDead() {
        dead.sort { left, right in
            let (a, b) = (left.message, right.message)
            return (a.tenant, a.userId ?? "", a.reference.targetId) < (b.tenant, b.userId ?? "", b.reference.targetId)
        }
    }

    /// Notes which of the dead devices are gone, by their places.
    mutating func noteRemoved(_ places: [Int], at now: Date) {
        for (message, reason) in places.map({ dead[$0] }) {
            let reference = message.reference
            guard let state = documents[reference.notificationId]?[reference.route.channel] else { continue }
            var event = event(of: message, state.status, outcome: "deviceRemoved", reason, at: now)
            event.device = reference.targetId
            events.append(event)
        }
    }

    private func event(
        of message: ToldMessage, _ status: DeliveryStatus, previous: DeliveryStatus? = nil, outcome: String,
        _ failure: DeliveryFailure?, at now: Date
    ) -> StatusEvent {
        StatusEvent(
            notificationId: message.reference.notificationId, tenant: message.tenant, userId: message.userId,
            channel: message.reference.route.channel, route: message.reference.route, status: status.rawValue,
            previous: previous, outcome: outcome, attempt: message.attempt, provider: provider, failure: failure,
            at: now)
    }
}

extension RouteResult {
    /// What a receipt says about its address, and through it about the route: what arrived at one of many arrived, what
    /// came back from one may be with the others.
    fileprivate init(
        _ receipt: Receipt, _ status: DeliveryStatus, of message: ToldMessage, provider: String, now: Date
    ) {
        let reference = message.reference
        let standing = Standing(round: reference.round, status: status)
        let fansOut = reference.route.channel.fansOut
        let isOneOfMany = fansOut && !status.isSuccess
        self.init(
            route: reference.route,
            standing: isOneOfMany ? Standing(round: reference.round, status: .pending) : standing,
            attempts: message.attempt, provider: provider, providerMessageId: fansOut ? nil : receipt.messageId,
            failure: receipt.failure,
            targets: fansOut
                ? [
                    reference.targetId: TargetState(
                        standing: standing, provider: provider, providerMessageId: receipt.messageId,
                        attempts: message.attempt, failure: receipt.failure)
                ] : [:],
            // A provider's clock may be ahead; nothing of ours happens in the future.
            at: min(receipt.at, now))
    }
}
