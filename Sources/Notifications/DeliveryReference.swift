public import Foundation

/// Names one address of one round of a delivery, the same over all its attempts: the idempotency key of providers that
/// take one, and what comes back with a receipt from those that echo it.
///
/// As text `<notification>:<route>:<target>:<round>`.
public struct DeliveryReference: Sendable, Hashable {
    public var notificationId: UUID
    public var route: Route
    public var targetId: String
    public var round: Int

    public init(notificationId: UUID, route: Route, targetId: String, round: Int) {
        self.notificationId = notificationId
        self.route = route
        self.targetId = targetId
        self.round = round
    }

    public var text: String { "\(notificationId.text):\(route.rawValue):\(targetId):\(round)" }

    /// Reads what `text` made; nil for anything else. A target's id may have colons of its own.
    public init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count >= 4, let id = UUID(uuidString: String(parts[0])),
            let route = Route(rawValue: String(parts[1])), let round = Int(parts[parts.count - 1]), round > 0
        else { return nil }
        self.init(
            notificationId: id, route: route, targetId: parts[2..<(parts.count - 1)].joined(separator: ":"),
            round: round)
    }
}
