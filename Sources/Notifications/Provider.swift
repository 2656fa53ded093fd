public import Foundation

/// Something that sends: one file in `Providers`, one line in the registry, one conformance test.
public protocol Provider: Sendable {
    /// The name in documents, settings, limits and metrics.
    var name: String { get }

    /// Whether it means all that we send by it when it tells us to slow down; false where that is each address' own word.
    var slowsDownAsOne: Bool { get }

    /// Whom an attempt calls, where each address fails for itself: calls there are held back by what became of the last
    /// ones. A digest, as it goes into a key of Redis. Nil where all calls go to the provider's own endpoint.
    func endpoint(of attempt: DeliveryAttempt) -> String?

    /// How we learn what became of a message after it was taken.
    var receiptSource: ReceiptSource { get }

    /// Makes one attempt at one address and says what it came to, before `attempt.timeout` has passed. It never throws:
    /// what is expected is an outcome.
    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome

    /// What is known by now about messages that it took, at most 1,000 of them; asked only where receipts are polled. Of
    /// those that it leaves out it is asked again later.
    func receipts(of messageIds: [String]) async throws -> [Receipt]

    /// Closes what it keeps open between attempts. May be called more than once.
    func shutdown() async
}

extension Provider {
    public var slowsDownAsOne: Bool { true }

    public func endpoint(of attempt: DeliveryAttempt) -> String? { nil }

    public var receiptSource: ReceiptSource { .none }

    public func receipts(of messageIds: [String]) async throws -> [Receipt] { [] }

    public func shutdown() async {}
}

/// One attempt at one address: all that a provider is told.
public struct DeliveryAttempt: Sendable {
    public var notificationId: UUID
    public var tenant: String
    public var route: Route
    public var target: Target
    public var message: Message
    /// 1 for the first.
    public var number: Int
    /// The same over all attempts of one round, for providers that take one.
    public var idempotencyKey: String
    /// Of the permit it is made under; higher than that of any permit before it. Nil outside of a worker.
    public var fence: Int64?
    /// When the notification was accepted; providers that sign a time of their own do not use it.
    public var createdAt: Date
    /// When the notification is worth nothing any more, for providers that keep it until then; nil for never.
    public var expiresAt: Date?
    public var timeout: Duration
    /// The W3C trace header to send along: a step of its own in the trace of the request; nil where there was none.
    public var traceparent: String?
    /// Where the reader may unsubscribe with one click, for channels that can offer it; nil to offer nothing.
    public var unsubscribeURL: String?
    /// What is sent instead of the message, to an endpoint of a tenant's.
    public var envelope: WebhookEnvelope?

    public init(
        notificationId: UUID, tenant: String, route: Route, target: Target, message: Message, number: Int,
        round: Int, createdAt: Date, expiresAt: Date? = nil, timeout: Duration, fence: Int64? = nil,
        traceparent: String? = nil, unsubscribeURL: String? = nil, envelope: WebhookEnvelope? = nil
    ) {
        self.notificationId = notificationId
        self.tenant = tenant
        self.route = route
        self.target = target
        self.message = message
        self.number = number
        self.idempotencyKey =
            DeliveryReference(notificationId: notificationId, route: route, targetId: target.id, round: round).text
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.timeout = timeout
        self.fence = fence
        self.traceparent = traceparent
        self.unsubscribeURL = unsubscribeURL
        self.envelope = envelope
    }
}
