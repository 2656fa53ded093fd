/// A status within a round: what merging compares.
///
/// The first round is 1; re-driving a dead letter starts the next one, and whatever a later round says counts more than
/// anything an earlier one said.
public struct Standing: Sendable, Hashable, Comparable {
    public var round: Int
    public var status: DeliveryStatus

    public init(round: Int = 1, status: DeliveryStatus) {
        self.round = round
        self.status = status
    }

    public static func < (left: Standing, right: Standing) -> Bool {
        (left.round, left.status.order) < (right.round, right.status.order)
    }

    /// The higher of the two: commutative, associative and idempotent, so arrival order does not matter.
    public func merged(with other: Standing) -> Standing { max(self, other) }
}
