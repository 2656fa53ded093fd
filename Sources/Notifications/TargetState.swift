/// What became of one device, or of one chat address.
public struct TargetState: Sendable, Hashable {
    public var standing: Standing
    /// The device's; nil for a chat address, and in documents of before it was noted.
    public var route: Route?
    public var provider: String?
    public var providerMessageId: String?
    public var attempts: Int
    public var failure: DeliveryFailure?

    public init(
        standing: Standing, route: Route? = nil, provider: String? = nil, providerMessageId: String? = nil,
        attempts: Int, failure: DeliveryFailure? = nil
    ) {
        self.standing = standing
        self.route = route
        self.provider = provider
        self.providerMessageId = providerMessageId
        self.attempts = attempts
        self.failure = failure
    }

    public var status: DeliveryStatus { standing.status }

    /// The higher standing wins; of equal ones the one with more attempts.
    public func merged(with other: TargetState) -> TargetState {
        (other.standing, other.attempts) > (standing, attempts) ? other : self
    }
}
