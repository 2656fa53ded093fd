public import Foundation

/// An open delivery of one route as the queue knows it: no payload, no address.
public struct QueuedDelivery: Sendable, Hashable {
    /// The notification's id, which is unique within a route.
    public var id: UUID
    public var tenant: String
    public var priority: Priority
    /// Tokens it will draw; 1 or more.
    public var cost: Int
    /// Until it may be granted; zero for at once.
    public var delay: Duration
    /// The provider by which a worker is sending it just now, until `delay` has passed; nil for nobody.
    public var sender: String?

    public init(
        id: UUID, tenant: String, priority: Priority, cost: Int, delay: Duration, sender: String? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.priority = priority
        self.cost = cost
        self.delay = delay
        self.sender = sender
    }
}
